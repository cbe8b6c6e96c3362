"""Sources on other generators and data sets of payments: what they hold and how they give themselves away.

Belongs here: references of the comparison. Does not belong here: sources of our own numbers
(``fraud``, ``payments``, ``behaviour``).
"""

from fraudsim_assets.sources.model import Source, primary, secondary

PEERS: dict[str, Source] = {
    "sparkov_kaggle": primary(
        "Sparkov_Data_Generation, and the data set made with it",
        "Brandon Harris; the data set: Kaggle, Kartik Shenoy",
        2020,
        "Generator code, counts and amounts of the published parts. Target J06; tell-tales of L.",
    ),
    "fdb_2022": primary(
        "FDB: Fraud Dataset Benchmark",
        "Grover et al., Amazon",
        2022,
        "Detector scores on ULB, IEEE-CIS and Sparkov; its class ratio of Sparkov is ten times too high. "
        "Targets J01, J02, J06, J12.",
        "arXiv:2208.14417",
    ),
    "paysim_2016": secondary(
        "PaySim: a financial mobile money simulator for fraud detection",
        "Lopez-Rojas, Elmir, Axelsson; European Modeling and Simulation Symposium",
        2016,
        "Rows, fraud, volume over time of the published log. Target J08.",
    ),
    "banksim_2014": primary(
        "BankSim: a bank payments simulator for fraud detection research",
        "Lopez-Rojas, Axelsson; European Modeling and Simulation Symposium",
        2014,
        "Rows, fraud by category and amount quantiles of the published log. Target J07.",
    ),
    "tabformer_2021": secondary(
        "Tabular transformers for modeling multivariate time series",
        "Padhi et al., IBM; ICASSP",
        2021,
        "Rows, fraud by channel and declines of the published set. Target J05.",
        "arXiv:2011.01843",
    ),
}
