"""Sources on fraud: levels, kinds, tempo, and how hard it is to find.

Belongs here: references. Does not belong here: the numbers themselves.
"""

from fraudsim_assets.sources.model import Source, primary, secondary

FRAUD: dict[str, Source] = {
    "eba_ecb_2024": secondary(
        "2024 Report on Payment Fraud",
        "European Banking Authority and European Central Bank",
        2024,
        "Fraud by number 0.015 % and by value 0.031 % of EEA card payments, H1 2023. Targets A01, A02, A04.",
    ),
    "eba_ecb_2025": secondary(
        "2025 Report on Payment Fraud",
        "European Banking Authority and European Central Bank",
        2025,
        "Remote share of fraud 83 % and of genuine value 28 %, cross-border share 70 %. Targets A03, A14 to A18.",
    ),
    "ecb_2020": primary(
        "Sixth report on card fraud",
        "European Central Bank",
        2020,
        "Fraud by value 2014 to 2018 and the mix of card-present fraud; heights of bars read by eye. Targets A05, A22.",
        "https://www.ecb.europa.eu/pub/cardfraud",
    ),
    "ecb_2021": primary(
        "Seventh report on card fraud",
        "European Central Bank",
        2021,
        "Fraud by value 2019: 0.036 %. Target A05.",
        "https://www.ecb.europa.eu/pub/cardfraud",
    ),
    "uk_finance_2023": secondary(
        "Annual Fraud Report 2023",
        "UK Finance",
        2023,
        "UK card fraud by value, cases and type. A case is a card, not a transaction. Targets A06, A07, A19, A21.",
    ),
    "uk_finance_2025": secondary(
        "Annual Fraud Report 2025",
        "UK Finance",
        2025,
        "Two thirds of attempted unauthorised fraud stopped, by value. Target A28.",
    ),
    "auspaynet_2023": primary(
        "[Payment fraud statistics, media releases of 9 August and 19 December 2023]",
        "Australian Payments Network",
        2023,
        "Fraud by value, domestic remote fraud, counterfeit share. Targets A08, A09, A14, A23.",
    ),
    "frb_reg_ii_2023": secondary(
        "2023 Interchange Fee Revenue, Covered Issuer Costs, and Covered Issuer and Merchant Fraud Losses",
        "Board of Governors of the Federal Reserve System",
        2025,
        "US debit: losses of all parties 17.6 basis points of value. Targets A10, A24, C10.",
    ),
    "frb_2018": secondary(
        "Changes in U.S. Payments Fraud from 2012 to 2016",
        "Board of Governors of the Federal Reserve System",
        2018,
        "Fraud by number: 4.6 in 10,000 debit and 11.7 in 10,000 credit payments. Targets A11, A30.",
    ),
    "nilson_2019": secondary(
        "[Card fraud losses]", "The Nilson Report", 2019, "6.86 cents per 100 dollars worldwide, 2018. Target A12."
    ),
    "hm_treasury_2022": primary(
        "[Written answer on contactless fraud, 30 November 2022]",
        "HM Treasury",
        2022,
        "Contactless fraud 1.5 pence per 100 pounds; share of contactless payments. Targets A25, C08.",
    ),
    "hayashi_2016": primary(
        "Chargebacks: Another Payment Card Acceptance Cost for Merchants, RWP 16-01",
        "Federal Reserve Bank of Kansas City (Hayashi, Markiewicz, Sullivan)",
        2016,
        "Chargebacks 1.6 basis points of number and 6.5 of value, half of them fraud. Targets A27, B03, D09.",
    ),
    "securityorg_2023": primary(
        "[Credit card fraud report]",
        "Security.org",
        2023,
        "Survey: amounts, time to notice, repeats. B05, B06, D13, I04.",
    ),
    "forter_2015": secondary(
        "[Fraud by hour and weekday]",
        "Forter, quoted by CardNotPresent.com",
        2015,
        "Rates by hour. Targets E07, E10, I16.",
    ),
    "feedzai_2013": secondary(
        "[Consumer and merchant fraud figures]",
        "Feedzai, quoted by The Paypers",
        2013,
        "Counts by hour, spans of attacks, merchant categories. Targets E08, I02, I09.",
    ),
    "sift_2015": secondary(
        "[Fraud report]", "Sift Science, quoted by IRG Canada", 2015, "Small tickets, young accounts. Targets B10, I15."
    ),
    "visa_2024": secondary(
        "[Enumeration attacks]",
        "Visa, press release",
        2024,
        "A third of enumerated accounts see fraud within five days; volumes of enumeration. Targets I06, I07.",
    ),
    "fico_2017": secondary(
        "[Card Alert Service]",
        "FICO, quoted by trade press",
        2017,
        "Life of points of compromise: 36, 14 and 11 days in 2014, 2015 and 2016. Target I11.",
    ),
    "rippleshot_2015": secondary(
        "[Compromised terminals]",
        "Rippleshot, quoted by Credit Union Times",
        2015,
        "Hot spots of one town. Target G06.",
    ),
    "handbook_2022": primary(
        "Reproducible Machine Learning for Credit Card Fraud Detection: Practical Handbook",
        "Le Borgne, Siblini, Lebichot, Bontempi; Université Libre de Bruxelles",
        2022,
        "Protocol with delayed labels; detector scores on real data. Targets D16, I01, I03, J03, J04, K01 to K11.",
        "https://github.com/Fraud-Detection-Handbook/fraud-detection-handbook",
    ),
    "baf_2022": primary(
        "Turning the Tables: Biased, Imbalanced, Dynamic Tabular Datasets for ML Evaluation",
        "Jesus et al., NeurIPS Datasets and Benchmarks",
        2022,
        "True positive rate of 75 % at 5 % false positives on the data before copying. Targets J09, K05.",
    ),
    "ulb_2013": primary(
        "Credit card fraud detection, data set of two days in September 2013",
        "Machine Learning Group, Université Libre de Bruxelles, and Worldline",
        2015,
        "Amount quantiles of genuine and fraudulent payments. Targets B08, B09, J01.",
    ),
    "vesta_2019": secondary(
        "IEEE-CIS fraud detection, competition data", "Vesta", 2019, "Label rule and detector scores. D15, J02."
    ),
}
