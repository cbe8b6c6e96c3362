"""What a configuration may replace: through a file, the command line and the environment, with the same checks."""

from multiprocessing.reduction import ForkingPickler

import pytest

from fraudsim_assets.config import config_digest, load_config
from fraudsim_assets.errors import ConfigError
from fraudsim_assets.reference_data import packaged
from fraudsim_assets.reference_data.reference import MODELS
from fraudsim_assets.reference_data.settings import ReferenceSettings

TABLES = """
[categories.electronics]
share = 0.05

[countries.GB]
price_level = 1.4

[currencies]
USD = { units_per_euro = 1.2 }
"""


def loaded(*settings, path=None, env=None):
    return load_config(path, overrides=list(settings), env=env or {})


def told(*settings, **more) -> str:
    with pytest.raises(ConfigError) as error:
        loaded(*settings, **more)
    return str(error.value)


def test_yaml_command_line_and_environment_say_the_same(tmp_path):
    file = tmp_path / "bank.yaml"
    file.write_text(
        "seed: 1\nreference:\n  countries: {GB: {price_level: 1.4}}\n  currencies: {USD: {units_per_euro: 1.2}}\n"
    )
    names = ("FRAUDSIM_REFERENCE__COUNTRIES__GB__PRICE_LEVEL", "FRAUDSIM_REFERENCE__CURRENCIES__USD__UNITS_PER_EURO")
    configs = [
        loaded(path=file),
        loaded("seed=1", "reference.countries.GB.price_level=1.4", "reference.currencies.USD.units_per_euro=1.2"),
        loaded(env={"FRAUDSIM_SEED": "1", names[0]: "1.4", names[1]: "1.2"}),
    ]
    assert len({config_digest(config) for config in configs}) == 1
    reference = configs[0].reference.resolved
    assert (reference.country("GB").price_level, reference.currency("USD").units_per_euro) == (1.4, 1.2)
    assert reference.country("GB").travel_weight == packaged().country("GB").travel_weight


@pytest.mark.parametrize("suffix", ["toml", "yaml"])
def test_a_file_of_tables_is_read_beside_the_configuration_and_becomes_part_of_it(tmp_path, suffix):
    text = {
        "toml": TABLES,
        "yaml": "categories: {electronics: {share: 0.05}}\ncountries: {GB: {price_level: 1.4}}\n"
        "currencies: {USD: {units_per_euro: 1.2}}\n",
    }[suffix]
    (tmp_path / f"tables.{suffix}").write_text(text)
    file = tmp_path / "bank.yaml"
    file.write_text(f"seed: 1\nreference:\n  file: tables.{suffix}\n  countries: {{GB: {{price_level: 1.5}}}}\n")
    config = loaded(path=file)
    reference = config.reference.resolved
    assert reference.category("electronics").share == 0.05
    assert reference.country("GB").price_level == 1.5  # what stands in the configuration itself wins
    assert config.model_dump(mode="json")["reference"]["currencies"] == {"USD": {"units_per_euro": 1.2}}


def test_a_wrong_value_in_a_file_of_tables_is_named_with_its_line(tmp_path):
    file = tmp_path / "tables.toml"
    for wrong, line, complaint in (
        (TABLES.replace("electronics", "electornics"), 3, "did you mean 'electronics'?"),
        (TABLES.replace("share = 0.05", "share = 1.5"), 3, "reference.categories.electronics.share: 1.5 is not valid"),
        (TABLES.replace("price_level", "price_levl"), 6, "did you mean reference.countries.GB.price_level?"),
        (TABLES.replace("USD", "USB"), 9, "reference.currencies.USB: is no currency of ISO 4217"),
        (TABLES + "broken\n", 10, "not valid TOML"),
    ):
        file.write_text(wrong)
        message = told(f"reference.file={file}")
        assert f"{file}:{line}" in message
        assert complaint in message


@pytest.mark.parametrize(
    ("setting", "complaint"),
    [
        (
            "reference.file=nowhere.toml",
            "'nowhere.toml' is not valid; valid is the path of a TOML or YAML file",
        ),
        ("reference.categories.pets={share: 0.1}", "reference.categories.pets: is none of the categories"),
        ("reference.categories.pets={extends: grocry}", "'grocry' is none of the categories; did you mean 'grocery'?"),
        ("reference.categories.pets={extends: grocery}", "pets.share: is missing"),
        ("reference.categories.fuel.mccs={'8057': {weight: 0.1}}", "fuel.mccs.8057: is in no published list"),
        ("reference.categories.fuel.share=1", "fuel.share: the numbers given sum to 1"),
        ("reference.categories.fuel.tastes={sudent: 2}", "sudent"),
        ("reference.categories.fuel.price_style=cheap", "valid is one of just_below"),
        ("reference.countries.XX.price_level=1", "reference.countries.XX: is no country of ISO 3166-1"),
        ("reference.countries.GB.language=xx", "'xx' has no words"),
        ("reference.countries.US.travel_weight=0", "US.seller_weight: needs a travel_weight above 0"),
        ("reference.currencies.AED.anchor=USX", "'USX' is none of the currencies"),
        ("reference.currencies.USD={anchor: AED, parity: 1, band: 0}", "is held to itself by way of"),
        ("reference.currencies.SEK.anchor=EUR", "SEK.parity: is missing; a peg has an anchor, a parity and a band"),
        ("reference.languages.en.words={'8057': [Nurses]}", "languages.en.words.8057: is a code of no category"),
        ("reference.languages.en.words_in={hotle: {'7011': [Inn]}}", "is no category; did you mean 'hotel'?"),
    ],
)
def test_a_wrong_replacement_names_its_key_and_what_is_valid(setting, complaint):
    assert complaint in told(setting)


def test_a_category_can_extend_another_and_has_the_words_of_its_leading_code():
    config = loaded("reference.categories.pets={extends: specialty_retail, share: 0.01, mccs: {'5995': {weight: 1}}}")
    reference = config.reference.resolved
    pets = reference.category("pets")
    assert (pets.code, pets.share, pets.mcc_weights) == (len(packaged().categories), 0.01, {"5995": 1.0})
    assert pets.sigma == packaged().category("specialty_retail").sigma
    assert reference.trade_words("de", "pets", "5995") == ("Tierbedarf",)
    assert sum(category.share for category in reference.categories) == pytest.approx(1.0)


def test_every_table_may_be_replaced():
    assert set(ReferenceSettings.model_fields) == set(MODELS)


def test_shapes_of_the_day_and_refusals_may_be_replaced():
    config = loaded(
        "reference.hour_curves.late.extends=meals",
        "reference.hour_curves.late.late_weekends=false",
        "reference.categories.restaurant.hours=late",
        "reference.refusals.51.again=0.1",
    )
    reference = config.reference.resolved
    assert reference.hour_curves["late"].hours == packaged().hour_curves["meals"].hours
    assert reference.refusals["51"].again == 0.1
    assert reference.refusals["51"].helps == packaged().refusals["51"].helps


def test_refusals_have_known_codes_and_shares_that_sum_to_one():
    unknown = told("reference.refusals.00.again=0.1")
    assert "reference.refusals: '00' is no name of an entry; valid is '05', '14'" in unknown
    assert "sum to 1.03; they must sum to one" in told("reference.refusals.51.in_shops=0.71")
    assert "valid is text that matches '^[a-z]" in told("reference.hour_curves.Late.extends=meals")


def test_single_numbers_may_be_replaced_and_are_checked_in_the_same_way():
    config = loaded("reference.authorisation.tap_limit_euros=25", "reference.encores.checked=0.01")
    reference = config.reference.resolved
    assert (reference.authorisation.tap_limit_euros, reference.encores.checked) == (25.0, 0.01)
    assert reference.authorisation.phones == packaged().authorisation.phones
    assert config_digest(config) != config_digest(loaded())
    assert "reference.declines.tight: 1.5 is not valid" in told("reference.declines.tight=1.5")
    assert "did you mean reference.declines.tight?" in told("reference.declines.tihgt=0.5")
    assert "declines.short_days: 9 to 3 is not valid" in told("reference.declines.short_days=[9, 3]")
    assert "declines.charges: sum to 0.7; they must sum to one" in told('reference.declines.charges={"05": 0.5}')


def test_segments_and_products_may_be_replaced_and_their_shares_sum_to_one():
    config = loaded("reference.segments.student.moves=0.3", "reference.itinerary.flight_km=500")
    assert config.reference.resolved.segments["student"].moves == 0.3
    assert config_digest(config, scope="catalogs") != config_digest(loaded(), scope="catalogs")
    assert "sum to 1.12; they must sum to one" in told("reference.products.debit.first=1.0")
    assert "credit.validity: sum to 1.1" in told("reference.products.credit.validity=[0.5, 0.4, 0.2]")
    assert "amex issues credit cards only" in told("reference.products.debit.networks={visa: 0.38, amex: 0.1}")
    assert "reference.segments: 'pupil' is no name of an entry" in told("reference.segments.pupil.moves=0.3")


def test_times_of_refunds_and_charges_may_be_replaced_and_are_checked():
    config = loaded("reference.refunds.back_within_km=20", "reference.charges.by_day=0.5")
    reference = config.reference.resolved
    assert (reference.refunds.back_within_km, reference.charges.by_day) == (20.0, 0.5)
    assert "refunds.delays: sum to 0.8; they must sum to one" in told("reference.refunds.delays=" + str([0.1] * 8))
    assert "refunds.part: is up to 1.4 of a purchase; at most 1" in told("reference.refunds.part=[0.5, 0.9]")


def test_whatever_a_configuration_changes_reaches_another_process():
    config = loaded("seed=1", "reference.categories.electronics.share=0.05", "reference.retries.patient_minutes=50.0")
    there = ForkingPickler.loads(bytes(ForkingPickler.dumps(config)))  # pyright: ignore[reportAttributeAccessIssue]
    assert there == config
    assert config_digest(there) == config_digest(config) != config_digest(loaded("seed=1"))
