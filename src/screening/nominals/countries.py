"""Names of countries as the United Nations write them, and adjectives beside document numbers, as codes. Pure."""

import functools
import re
import unicodedata

from screening.identifiers.iso_3166 import COUNTRIES

UN_SPELLINGS = {
    "Bahamas (The)": "BHS",
    "Bolivia (Plurinational State of)": "BOL",
    "Brunei Darussalam": "BRN",
    "Burma": "MMR",
    "Cape Verde": "CPV",
    "Congo": "COG",
    "Cote d'Ivoire": "CIV",
    "Czech Republic": "CZE",
    "Democratic People's Republic of Korea": "PRK",
    "Democratic Republic of the Congo": "COD",
    "Falkland Islands": "FLK",
    "Gambia (Republic of The)": "GMB",
    "Iran (Islamic Republic of)": "IRN",
    "Islamic Republic of Iran": "IRN",
    "Ivory Coast": "CIV",
    "Korea (Democratic People's Republic of)": "PRK",
    "Korea (Republic of)": "KOR",
    "Lao People's Democratic Republic": "LAO",
    "Micronesia (Federated States of)": "FSM",
    "Netherlands (Kingdom of the)": "NLD",
    "North Korea": "PRK",
    "Palestinian Territory, Occupied": "PSE",
    "Republic of Congo": "COG",
    "Republic of Korea": "KOR",
    "Republic of Moldova": "MDA",
    "Republic of the Congo": "COG",
    "Russian Federation": "RUS",
    "South Korea": "KOR",
    "State of Palestine": "PSE",
    "Swaziland": "SWZ",
    "Syrian Arab Republic": "SYR",
    "The former Yugoslav Republic of Macedonia": "MKD",
    "Turkey": "TUR",
    "United Kingdom of Great Britain and Northern Ireland": "GBR",
    "United Republic of Tanzania": "TZA",
    "United States of America": "USA",
    "Venezuela (Bolivarian Republic of)": "VEN",
    "Vietnam": "VNM",
    "former Soviet Union": "SUN",
    "Soviet Union": "SUN",
    "Czechoslovakia": "CSK",
    "Yugoslavia": "YUG",
    "Serbia and Montenegro": "SCG",
    "former Yugoslavia": "YUG",
}
"""What differs from the short names of `identifiers`; States of the past keep their codes of ISO 3166-3."""

BESIDE_NUMBERS = {
    "Afghan": "AFG",
    "Algerian": "DZA",
    "American": "USA",
    "British": "GBR",
    "CAR": "CAF",
    "Congolese": "COD",
    "Danish": "DNK",
    "DPRK": "PRK",
    "Egyptian": "EGY",
    "French": "FRA",
    "German": "DEU",
    "Indonesian": "IDN",
    "Iranian": "IRN",
    "Iraqi": "IRQ",
    "Italian": "ITA",
    "Jordanian": "JOR",
    "Kenyan": "KEN",
    "Kuwaiti": "KWT",
    "Lebanese": "LBN",
    "Libyan": "LBY",
    "Malaysian": "MYS",
    "Malian": "MLI",
    "Mauritanian": "MRT",
    "Moroccan": "MAR",
    "Omani": "OMN",
    "Pakistani": "PAK",
    "Philippine": "PHL",
    "Qatari": "QAT",
    "Russian": "RUS",
    "Saudi": "SAU",
    "Somali": "SOM",
    "Sudanese": "SDN",
    "Swedish": "SWE",
    "Syrian": "SYR",
    "Tanzanian": "TZA",
    "Tunisian": "TUN",
    "Turkish": "TUR",
    "UK": "GBR",
    "US": "USA",
    "USA": "USA",
    "Ugandan": "UGA",
    "Yemeni": "YEM",
}
"""Words that stand before the number of a document: `Libyan passport No. …`, `CAR diplomatic passport no. …`."""


def code_of(name: str) -> str | None:
    """Find the code of a country's name, whatever its case, accents and apostrophes.

    >>> code_of("Iran (Islamic Republic of)")
    'IRN'
    """
    return _by_name().get(_folded(name))


def mentioned(text: str) -> str | None:
    """Find the country that a text names, or speaks of by an adjective; the longest name counts."""
    found = _words().search(_folded(text))
    return _all_words()[found[1]] if found else None


def leading(text: str) -> str | None:
    """Find the country that a text begins with."""
    found = _words().match(_folded(text))
    return _all_words()[found[1]] if found else None


def _folded(text: str) -> str:
    plain = (
        unicodedata.normalize("NFKD", text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
        .encode("ascii", "ignore")
        .decode()
    )
    return " ".join(plain.casefold().split())


@functools.cache
def _by_name() -> dict[str, str]:
    names = {name: code for code, (_, name) in COUNTRIES.items()}
    return {_folded(name): code for name, code in (names | UN_SPELLINGS).items()}


@functools.cache
def _all_words() -> dict[str, str]:
    return _by_name() | {_folded(word): code for word, code in BESIDE_NUMBERS.items()}


@functools.cache
def _words() -> re.Pattern[str]:
    longest_first = sorted(_all_words(), key=len, reverse=True)
    return re.compile(r"(?<!\w)(" + "|".join(map(re.escape, longest_first)) + r")(?!\w)")
