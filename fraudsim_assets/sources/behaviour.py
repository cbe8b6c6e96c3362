"""Sources on behaviour in time and space, on prices, and reference data.

Belongs here: references. Does not belong here: the numbers themselves.
"""

from fraudsim_assets.sources.model import Source, primary, recalled, secondary

BEHAVIOUR: dict[str, Source] = {
    "paymark_2017": primary(
        "[Busiest and quietest hours of card payments]",
        "Paymark, as published on Scoop",
        2017,
        "Three quarters of New Zealand's terminals: peak on Saturday at noon, low on Monday at 3. Targets E01 to E03.",
    ),
    "mastercard_hu": secondary(
        "[Shares of weekdays in card spending]", "Mastercard, quoted by Trade Magazin", None, "Hungary. Target E05."
    ),
    "home_credit_2016": primary("[Card use by hour]", "Home Credit", 2016, "Double peak on weekdays. Target E04."),
    "nationwide_2024": primary(
        "[Black Friday transactions]",
        "Nationwide Building Society",
        2024,
        "+20 % over a normal Friday at noon. Target E09.",
    ),
    "census_mrts": recalled(
        "Monthly Retail Trade Survey, not adjusted", "US Census Bureau", None, "December about 1.1 to 1.15. Target E11."
    ),
    "pagel_2016": secondary(
        "The Liquid Hand-to-Mouth: Evidence from Personal Finance Management Software",
        "Olafsson and Pagel; quoted with Vardardottir",
        2016,
        "More spending on pay day. Target E13.",
    ),
    "gelman_2014": secondary(
        "Harnessing Naturally Occurring Data to Measure the Response of Spending to Income",
        "Gelman, Kariv, Shapiro, Silverman, Tadelis; Science 345",
        2014,
        "Half of the rise after pay day is recurring bills. Target E13.",
        "doi:10.1126/science.1247727",
    ),
    "hawkes_2020": primary(
        "[Periodic multivariate Hawkes process for card payments]",
        "arXiv preprint",
        2020,
        "Heavier tails between payments than a Poisson process. Target E14.",
        "arXiv:2005.06542",
    ),
    "goh2008": recalled(
        "Burstiness and memory in complex systems",
        "Goh, Barabási; EPL 81",
        2008,
        "Definition of the burstiness B. Target E14.",
        "doi:10.1209/0295-5075/81/48002",
    ),
    "song2010": primary(
        "Modelling the scaling properties of human mobility",
        "Song, Koren, Wang, Barabási; Nature Physics 6",
        2010,
        "Exploration rho 0.6, gamma 0.21, read in code. Targets F01, F02, F05.",
        "doi:10.1038/nphys1760",
    ),
    "krumme2013": recalled(
        "The predictability of consumer visitation patterns",
        "Krumme, Llorente, Cebrian, Pentland, Moro; Scientific Reports 3",
        2013,
        "Zipf exponents of personal merchants; abstract read, exponents recalled. Targets F04, F06, C12.",
        "doi:10.1038/srep01645",
    ),
    "diclemente2018": primary(
        "Sequences of purchases in credit card data reveal lifestyles in urban populations",
        "Di Clemente et al.; Nature Communications 9",
        2018,
        "Zipf law of categories, five archetypes. Targets F07, F08.",
        "doi:10.1038/s41467-018-05690-8",
    ),
    "demontjoye2015": primary(
        "Unique in the shopping mall: On the reidentifiability of credit card metadata",
        "de Montjoye, Radaelli, Singh, Pentland; Science 347",
        2015,
        "Four points single out 90 % of people. Target F09.",
        "doi:10.1126/science.1256297",
    ),
    "axtell2001": recalled(
        "Zipf Distribution of U.S. Firm Sizes",
        "Axtell; Science 293",
        2001,
        "Exponent about 1.06. Target F10.",
        "doi:10.1126/science.1062081",
    ),
    "sobolevsky2016": primary(
        "Cities through the Prism of People's Spending Behavior",
        "Sobolevsky et al.; PLoS ONE 11",
        2016,
        "Spending grows faster than the population of a city; the exponent is judged. Target F12.",
        "doi:10.1371/journal.pone.0146291",
    ),
    "gonzalez2008": secondary(
        "Understanding individual human mobility patterns",
        "González, Hidalgo, Barabási; Nature 453",
        2008,
        "Law of jumps: 1.5 km, 1.75, 80 to 400 km; constants read in others' code. Target G01.",
        "doi:10.1038/nature06958",
    ),
    "bbva_2020": primary(
        "[Scaling of shopping trips in card data]",
        "arXiv preprint",
        2020,
        "Distance grows with price. G02.",
        "arXiv:2004.01435",
    ),
    "schlaepfer2021": secondary(
        "The universal visitation law of human mobility",
        "Schläpfer et al.; Nature 593",
        2021,
        "Visitors fall as the square of distance times frequency. Target G03.",
        "doi:10.1038/s41586-021-03480-9",
    ),
    "mizuno2008": primary(
        "Universal power law for the spending per shopping trip",
        "Mizuno, Toriyama, Terano, Takayasu",
        2008,
        "Exponent 2.5 of the top tenth. Target B14.",
        "arXiv:0802.0105",
    ),
    "cornerstone_2015": secondary(
        "[Mean ticket by network]", "Cornerstone", 2015, "US, H1 2015; before inflation. Target B12."
    ),
    "troll2024": secondary(
        "[Just-below prices on the web]",
        "Troll et al.",
        2024,
        "About 65 % of list prices; as quoted by a course. Target B15.",
    ),
    "levy2011": recalled(
        "Price Points and Price Rigidity",
        "Levy, Lee, Chen, Kauffman, Bergen; Review of Economics and Statistics 93",
        2011,
        "Nine is the commonest ending (abstract read); percentages recalled. Target B16.",
        "doi:10.1162/REST_a_00178",
    ),
    "eurostat_population": recalled(
        "Population on 1 January", "Eurostat", 2024, "Rounded to 0.1 million. Weights of the default home countries."
    ),
    "eurostat_tourism": recalled(
        "Tourism statistics: participation and trips", "Eurostat", None, "Order of magnitude of trips a year."
    ),
    "geonames": primary(
        "Cities with a population above 15,000", "GeoNames", None, "CC BY 4.0.", "https://www.geonames.org"
    ),
    "cldr": primary(
        "Common Locale Data Repository",
        "Unicode Consortium",
        None,
        "Currencies of territories, minor units; through babel.",
    ),
    "iso_18245": primary(
        "ISO 18245: Merchant category codes", "ISO", 2003, "With the lists of networks; through the package iso18245."
    ),
    "rfc_2606": primary(
        "RFC 2606: Reserved Top Level DNS Names", "IETF", 1999, "example, example.com.", "doi:10.17487/RFC2606"
    ),
}
