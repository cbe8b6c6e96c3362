"""Sources on payments: activity, channels, tickets, answers, refunds, disputes.

Belongs here: references. Does not belong here: the numbers themselves.
"""

from fraudsim_assets.sources.model import Source, primary, secondary

PAYMENTS: dict[str, Source] = {
    "pulse_2024": primary(
        "2024 Debit Issuer Study",
        "PULSE",
        2024,
        "34.6 transactions per active debit card and month, 1.9 at cash machines; ticket 46.89 dollars; remote 36 %. "
        "Targets B11, C01, C02, C04, C06.",
    ),
    "atlanta_fed_2024": primary(
        "Survey and Diary of Consumer Payment Choice",
        "Federal Reserve Bank of Atlanta",
        2024,
        "Payments per consumer and month; remote share. Targets C03, C07.",
    ),
    "experian_2024": secondary(
        "[Credit cards per holder]", "Experian, quoted by Bankrate", 2024, "3.84 to 3.9 in the US. Target C05."
    ),
    "thefintechtimes_2021": secondary(
        "[Contactless share of in-store payments]",
        "Visa Europe, quoted by The Fintech Times",
        2021,
        "Over 80 %. Target C08.",
    ),
    "which_2017": secondary(
        "[Mean card ticket]", "UK Finance, quoted by Which?", 2017, "41.36 pounds, UK, June 2017. Target B13."
    ),
    "mastercard_2024": primary(
        "SpendingPulse: did you know?",
        "Mastercard",
        2024,
        "Refunds 4.9 % of retail transactions; 5.7 % online and 4.2 % in store. Target D08.",
    ),
    "mypayadvisor": secondary(
        "[Approval rates by channel]",
        "mypayadvisor.com",
        None,
        "Remote approval 85 to 92 %; a vendor's page. Target D01.",
    ),
    "churnward": secondary(
        "[Decline codes]",
        "churnward.com, citing Visa",
        None,
        "Codes 05 and 51 make 76 % of declines. Targets D02 to D04.",
    ),
    "spreedly_2018": secondary("[Decline codes]", "Spreedly", 2018, "Almost half for lack of funds. Target D03."),
    "ebanx": secondary("[Decline codes]", "EBANX", None, "About 40 % for lack of funds. Target D03."),
    "outseer_2021": secondary(
        "[3-D Secure share]", "Outseer", 2021, "46 % of UK remote payments, H1 2021. Target D05."
    ),
    "entersekt_2024": secondary(
        "[3-D Secure share]", "Entersekt and Datos Insights", 2024, "2.7 % of US remote payments. Target D05."
    ),
    "netcetera_2021": primary("[3-D Secure outcomes]", "Netcetera", 2021, "Approval 85.5 % under PSD2. Target D06."),
    "ravelin_2021": secondary("[3-D Secure outcomes]", "Ravelin", 2021, "Frictionless 40 % in the UK. Target D06."),
    "eu_2018_389": primary(
        "Commission Delegated Regulation (EU) 2018/389, regulatory technical standards for strong authentication",
        "European Union",
        2018,
        "Exemptions: contactless up to 50 euros, remote up to 30 euros.",
        "http://data.europa.eu/eli/reg_del/2018/389/oj",
    ),
    "econsumerservices": secondary("[Dispute windows]", "econsumerservices.com", None, "120 days. Target D11."),
    "sama_2025": primary(
        "[Weekly point-of-sale transactions, 9 to 15 February 2025]",
        "Saudi Central Bank, as reprinted by the Saudi Gazette",
        2025,
        "Number and value of purchases by sector, no remote ones. Section H of the targets; also E12.",
    ),
    "stripe_testing": secondary(
        "Testing: card numbers by network and product",
        "Stripe",
        None,
        "Card numbers published for tests; read in copies of the list.",
        "https://docs.stripe.com/testing",
    ),
    "ecb_2025_h2": secondary(
        "Payments statistics: second half of 2024",
        "European Central Bank, press release, as reprinted by Mirage News",
        2025,
        "Euro area: 750.0 million cards, 2.1 per inhabitant, 39 euros per payment; 29.5 bn of 44.2 bn card payments "
        "tapped (57 % of 77.6 bn). Targets B13, C01, C05, C08.",
    ),
    "uk_finance_cards_2024": secondary(
        "Card spending 2024",
        "UK Finance, quoted by LBC and BVI",
        2025,
        "31.4 bn transactions worth 1,046 bn pounds on 163.4 million cards; 18.9 bn tapped in the UK, foreign cards "
        "included. Targets B13, C01, C05, C08.",
    ),
    "rba_2024": primary(
        "Retail payments, March and October 2024",
        "Reserve Bank of Australia",
        2024,
        "1,268.5 M purchases worth 84.6 bn dollars a month on 64.7 M cards, 29.2 M withdrawals; 98 % of payments at "
        "terminals tapped. Targets B13, C01, C05, C08.",
        "https://www.rba.gov.au/statistics/frequency/retail-payments/",
    ),
    "sales_2007": primary(
        "[Inequality of customers' spending in one chain]",
        "arXiv preprint",
        2007,
        "Gini coefficient 0.70 in one chain of shops. Target C11.",
        "arXiv:0710.1432",
    ),
}
