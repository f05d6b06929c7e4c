"""Aircraft registrations: the mark of the State, then its own (ICAO Annex 7, with the marks notified to ICAO)."""

from screening.identifiers import document_numbers, letters
from screening.identifiers.document_numbers import LookAlike

_OF_STATES = """
N USA; G GBR; M IMN; D DEU; F FRA; I ITA; B CHN; C CAN; P PRK; 2 GGY; EC ESP; CS PRT; CR PRT; HB CHE; OE AUT; OO
BEL; PH NLD; LX LUX; EI IRL; EJ IRL; OY DNK; SE SWE; LN NOR; OH FIN; TF ISL; SP POL; OK CZE; OM SVK; HA HUN; YR
ROU; LZ BGR; SX GRC; TC TUR; 9A HRV; S5 SVN; YU SRB; 4O MNE; E7 BIH; Z3 MKD; ZA ALB; ES EST; YL LVA; LY LTU; ER
MDA; UR UKR; EW BLR; RA RUS; RF RUS; 9H MLT; 5B CYP; 3A MCO; T7 SMR; C3 AND; 4L GEO; EK ARM; 4K AZE; UP KAZ; UK
UZB; EY TJK; EX KGZ; EZ TKM; JU MNG; 4X ISR; JY JOR; OD LBN; YK SYR; YI IRQ; EP IRN; HZ SAU; A6 ARE; A7 QAT; A9C
BHR; A4O OMN; 9K KWT; 7O YEM; YA AFG; AP PAK; VT IND; S2 BGD; 4R LKA; 9N NPL; A5 BTN; 8Q MDV; XY MMR; HS THA; XU
KHM; RDPL LAO; VN VNM; 9M MYS; 9V SGP; PK IDN; RP PHL; V8 BRN; 4W TLS; JA JPN; HL KOR; VH AUS; ZK NZL; DQ FJI;
P2 PNG; H4 SLB; YJ VUT; 5W WSM; A3 TON; T3 KIR; C2 NRU; V6 FSM; V7 MHL; T8A PLW; T2 TUV; E5 COK; SU EGY; 5A LBY;
TS TUN; 7T DZA; CN MAR; 5T MRT; 6V SEN; C5 GMB; J5 GNB; 3X GIN; 9L SLE; A8 LBR; TU CIV; 9G GHA; 5V TGO; TY BEN;
5N NGA; 5U NER; XT BFA; TZ MLI; TT TCD; ST SDN; Z8 SSD; ET ETH; E3 ERI; J2 DJI; 6O SOM; 5Y KEN; 5X UGA; 5H TZA;
9XR RWA; 9U BDI; 9Q COD; 9S COD; TN COG; TR GAB; 3C GNQ; S9 STP; TJ CMR; TL CAF; D2 AGO; 9J ZMB; 7Q MWI; C9 MOZ;
Z ZWE; A2 BWA; V5 NAM; ZS ZAF; ZU ZAF; 7P LSO; 3DC SWZ; 5R MDG; 3B MUS; S7 SYC; D6 COM; D4 CPV; XA MEX; XB MEX;
XC MEX; TG GTM; V3 BLZ; HR HND; YS SLV; YN NIC; TI CRI; HP PAN; CU CUB; 6Y JAM; HH HTI; HI DOM; C6 BHS; 8P BRB;
9Y TTO; J3 GRD; J6 LCA; J7 DMA; J8 VCT; V2 ATG; V4 KNA; P4 ABW; PJ CUW; VPA AIA; VPB BMU; VPC CYM; VPL VGB; VQT
TCA; HK COL; YV VEN; 8R GUY; PZ SUR; PP BRA; PR BRA; PS BRA; PT BRA; PU BRA; HC ECU; OB PER; CP BOL; CC CHL; LV
ARG; LQ ARG; ZP PRY; CX URY
"""

MARKS: dict[str, str] = {mark: state for entry in _OF_STATES.split(";") for mark, state in [entry.split()]}
"""Nationality marks without hyphen, to the State of registry."""

_LONGEST = max(map(len, MARKS))


def normalise(text: str) -> str:
    """Give a registration's letters and digits, in Latin capitals.

    >>> normalise("oh-lvb")
    'OHLVB'
    """
    return letters.clean(text)


def state_of(registration: str) -> str | None:
    """Give the State whose mark a cleaned registration begins with, the longest mark first; None if it is no mark.

    >>> state_of("OHLVB"), state_of("N747BA"), state_of("A9CBAH")
    ('FIN', 'USA', 'BHR')
    """
    marks = (registration[:length] for length in range(min(_LONGEST, len(registration) - 1), 0, -1))
    return next((MARKS[mark] for mark in marks if mark in MARKS), None)


def look_alikes(registration: str) -> tuple[LookAlike, ...]:
    """List the registrations that differ by one misread character and begin with the mark of a State."""
    return document_numbers.look_alikes(registration, plausible=lambda other: state_of(other) is not None)
