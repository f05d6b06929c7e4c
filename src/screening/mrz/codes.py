"""State and organisation codes that a zone may hold (ICAO Doc 9303-3, section 5).

The alpha-3 codes are those of ISO 3166-1; names, alpha-2 codes and owners are in `screening.identifiers.states`.
The two packages do not know each other, and a test holds their tables together.
"""

from collections.abc import Iterator

from screening.mrz.result import Field, Finding, FindingCode

SPECIMEN = "UTO"
"""Utopia, the State of specimens."""

_SIGNING_ONLY = "IAO"

_ISO = """
ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN BES BFA BGD BGR BHR BHS BIH
BLM BLR BLZ BMU BOL BRA BRB BRN BTN BVT BWA CAF CAN CCK CHE CHL CHN CIV CMR COD COG COK COL COM CPV CRI CUB
CUW CXR CYM CYP CZE DEU DJI DMA DNK DOM DZA ECU EGY ERI ESH ESP EST ETH FIN FJI FLK FRA FRO FSM GAB GBR GEO
GGY GHA GIB GIN GLP GMB GNB GNQ GRC GRD GRL GTM GUF GUM GUY HKG HMD HND HRV HTI HUN IDN IMN IND IOT IRL IRN
IRQ ISL ISR ITA JAM JEY JOR JPN KAZ KEN KGZ KHM KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE LKA LSO LTU LUX LVA
MAC MAF MAR MCO MDA MDG MDV MEX MHL MKD MLI MLT MMR MNE MNG MNP MOZ MRT MSR MTQ MUS MWI MYS MYT NAM NCL NER
NFK NGA NIC NIU NLD NOR NPL NRU NZL OMN PAK PAN PCN PER PHL PLW PNG POL PRI PRK PRT PRY PSE PYF QAT REU ROU
RUS RWA SAU SDN SEN SGP SGS SHN SJM SLB SLE SLV SMR SOM SPM SRB SSD STP SUR SVK SVN SWE SWZ SXM SYC SYR TCA
TCD TGO THA TJK TKL TKM TLS TON TTO TUN TUR TUV TWN TZA UGA UKR UMI URY USA UZB VAT VCT VEN VGB VIR VNM VUT
WLF WSM YEM ZAF ZMB ZWE
"""

_BESIDE_ISO = "D GBD GBN GBO GBP GBS RKS EUE UNO UNA UNK XBA XIM XCC XCE XCO XEC XPO XES XMP XOM XDC ANT NTZ"
"""Germany's single letter, kinds of British nationality, Kosovo, organisations, and two codes out of use."""

_WITHOUT_NATIONALITY = frozenset({"XXA", "XXB", "XXC", "XXX"})
"""Stateless, refugee of 1951, other refugee, unspecified: said of a holder, never of an issuer."""

ISSUERS = frozenset(_ISO.split()) | frozenset(_BESIDE_ISO.split())
"""Every code that may stand for an issuing State or organisation."""

NATIONALITIES = ISSUERS | _WITHOUT_NATIONALITY
"""Every code that may stand for a holder's nationality."""


def issuer_findings(code: str) -> Iterator[Finding]:
    """Say what is odd about an issuing State, fillers stripped; nothing for one that issues documents."""
    if code in ISSUERS:
        return
    if code == SPECIMEN:
        yield _specimen(Field.ISSUING_STATE)
    elif code == _SIGNING_ONLY:
        text = "IAO signs for ICAO and issues no travel documents."
        yield Finding(FindingCode.UNKNOWN_ISSUER, Field.ISSUING_STATE, text)
    else:
        text = "No State or organisation issues documents under this code."
        yield Finding(FindingCode.UNKNOWN_ISSUER, Field.ISSUING_STATE, text)


def nationality_findings(code: str) -> Iterator[Finding]:
    """Say what is odd about a nationality, fillers stripped."""
    if code in NATIONALITIES:
        return
    if code == SPECIMEN:
        yield _specimen(Field.NATIONALITY)
    else:
        yield Finding(FindingCode.UNKNOWN_NATIONALITY, Field.NATIONALITY, "This is the code of no nationality.")


def _specimen(field: Field) -> Finding:
    """Say that a code belongs to specimens."""
    return Finding(FindingCode.SPECIMEN, field, "UTO (Utopia) stands on specimens only.")
