"""Made-up people of several cultures, the same for the same seed: a crowd to measure matching against.

Given names and surnames are drawn by rank, the first of each line most often, as names are borne; half of the
surnames are put together from syllables, so that most are rare. Nobody here exists.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from screening.dates import PartialDate
from screening.matching import ListedName, NameKind, Nominal, Sex, Traveller

EARLIEST, LATEST = date(1945, 1, 1), date(2006, 12, 31)


@dataclass(frozen=True, slots=True)
class Culture:
    share: int
    nationalities: str
    male: str
    female: str
    surnames: str
    syllables: str
    words: tuple[int, int] = (1, 1)


CULTURES = (
    Culture(
        24, "EGY SYR IRQ YEM SAU JOR LBY SDN DZA MAR TUN",
        "MOHAMED AHMED ALI HASSAN MAHMOUD IBRAHIM KHALID OMAR YOUSEF MUSTAFA SALEH ABDULLAH SAMIR FAISAL TAREK WALID"
        " NABIL HUSSEIN KARIM BILAL ZIYAD ANWAR JAMAL FAROUK HAMZA ISMAIL MAJID RASHID",
        "FATIMA MARYAM AISHA NOUR LAYLA ZAINAB HUDA SALMA AMINA KHADIJA RANIA SAMIRA DINA HANAN",
        "AL MASRI|AL SAYED|HASSAN|EL SHAFEI|AL TAMIMI|MANSOUR|AL JABOURI|BEN SALEM|AL HARBI|KHALIL|NASSER|AL ZAHRANI",
        "KHA DA MI SA RI BU NA HAD JAB TAR ZI QA FAR WAN SHA LI", (2, 3),
    ),
    Culture(
        16, "PAK AFG IND BGD",
        "MUHAMMAD ALI IMRAN TARIQ ASIF BILAL USMAN HAMID NASIR FAISAL ABDUL RAHIM KAMRAN SHAHID ZAHID GUL WASIM",
        "FATIMA AYESHA SANA NADIA BIBI RUKHSANA SHAZIA NASREEN PARVEEN FARAH",
        "KHAN|AHMED|HUSSAIN|MALIK|SHAH|BUTT|CHAUDHRY|RAHMAN|QURESHI|AKHTAR|BAIG|ANSARI|MIRZA",
        "KA RA ZA I WA BA SI DI QUR SHA AK MAL YAR ZAI", (1, 2),
    ),
    Culture(
        14, "RUS UKR BLR KAZ BGR SRB",
        "SERGEI ALEXANDER DMITRY ANDREI VLADIMIR ALEXEI IVAN NIKOLAI MIKHAIL OLEKSANDR VIKTOR YURI PAVEL OLEG IGOR",
        "ELENA OLGA NATALIA TATIANA IRINA ANNA SVETLANA MARIA YULIA EKATERINA LIUDMILA",
        "IVANOV|PETROV|SMIRNOV|KUZNETSOV|POPOV|SHEVCHENKO|KOVALENKO|BONDARENKO|NOVAK|MOROZ|VOLKOV|SOKOLOV",
        "VOR KO LE NI BE DU RY ZA MI TKA SHU CHE RO GA PO",
    ),
    Culture(
        18, "DEU FRA ITA GBR USA POL SWE NLD ROU GRC",
        "JOHN MICHAEL THOMAS PETER MARTIN ANDREAS DAVID DANIEL PAUL MARCO LUCA PIERRE JEAN STEFAN ERIK JAN WILLIAM",
        "ANNA MARIA JULIA LAURA SOPHIE EMMA CLAIRE SUSAN MARGARET INGRID ELENA CATHERINE",
        "MUELLER|SMITH|SCHMIDT|MARTIN|ROSSI|JONES|KOWALSKI|JANSEN|BERNARD|VAN DER BERG|LINDQVIST|WEBER|BROWN|POPESCU",
        "BER LIN STEN MAN HOLT WIE KER GRA DU BOIS LE FER ROS VEL TON",
    ),
    Culture(
        12, "MEX ESP COL BRA PRT PHL",
        "JOSE JUAN LUIS CARLOS ANTONIO MIGUEL JESUS PEDRO RAFAEL FRANCISCO JOAO PAULO RICARDO",
        "MARIA ANA CARMEN ROSA LUISA TERESA GABRIELA PATRICIA LUCIA",
        "GARCIA|RODRIGUEZ|MARTINEZ|LOPEZ|GONZALEZ|HERNANDEZ|PEREZ|DA SILVA|SANTOS|DE LA CRUZ|FERREIRA|TORRES",
        "MO RA LES CAS TI LLO VE GA RI BE RO NA VAR SA", (2, 2),
    ),
    Culture(
        10, "CHN KOR PRK VNM",
        "WEI MING JUN HAO CHOL SU JIN HO YONG NAM SONG MIN TAO LEI HYON CHUN DUC VAN SOK GUANG",
        "MEI LI HUA YING XIU HYE SUN JIA FANG THI HONG YAN",
        "KIM|WANG|LI|ZHANG|LIU|CHEN|NGUYEN|PARK|LEE|CHOE|TRAN|YANG",
        "ZHOU XU SUN MA HU GUO LIN HE GAO PAK RI CHO KANG YUN PHAM LE",
    ),
    Culture(
        6, "NGA GHA SEN MLI COD ETH SOM",
        "IBRAHIM MOUSSA JOSEPH EMMANUEL ABDI KOFI SAMUEL CHUKWU MAMADOU DANIEL OUSMANE JEAN",
        "FATOU GRACE AMINATA BLESSING ESTHER HAWA MARIAM RUTH",
        "DIALLO|TRAORE|OKAFOR|MENSAH|KEITA|ABDI|TOURE|BELLO|KABILA|TESFAYE|ADEYEMI|MOHAMUD",
        "KA BI LA MU NGA OKO DJI BA TOU FO ADE YE", (1, 2),
    ),
)  # fmt: skip


class Crowd:
    """A source of made-up people."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def travellers(self, count: int) -> Iterator[Traveller]:
        for _ in range(count):
            yield self.traveller()

    def traveller(self) -> Traveller:
        culture = self._random.choices(CULTURES, [culture.share for culture in CULTURES])[0]
        sex = self._random.choice((Sex.MALE, Sex.MALE, Sex.FEMALE))
        names = (culture.male if sex is Sex.MALE else culture.female).split()
        count = self._random.randint(*culture.words)
        return Traveller(
            surname=self._surname(culture),
            given_names=" ".join(dict.fromkeys(self._ranked(names) for _ in range(count))),
            date_of_birth=self._birth_date(),
            nationalities=frozenset({self._ranked(culture.nationalities.split())}),
            sex=sex,
        )

    def nominals(self, count: int) -> Iterator[Nominal]:
        """Made-up people on a list: 88 % with a full birth date, 7 % with the year, 5 % with none; one in three has
        an alias."""
        for number in range(count):
            person = self.traveller()
            birth = person.date_of_birth
            known = self._random.random()
            dates = () if birth is None or known < 0.05 else (PartialDate(birth.year) if known < 0.12 else birth,)
            names = [ListedName(person.surname, person.given_names)]
            if self._random.random() < 0.33:
                other = self.traveller()
                names.append(ListedName(other.surname, person.given_names, kind=NameKind.ALIAS))
            yield Nominal(f"made-up-{number}", tuple(names), dates, person.nationalities, person.sex)

    def _surname(self, culture: Culture) -> str:
        if self._random.random() < 0.5:
            return self._ranked(culture.surnames.split("|"))
        syllables = culture.syllables.split()
        return "".join(self._random.choice(syllables) for _ in range(self._random.randint(2, 4)))

    def _ranked(self, names: list[str]) -> str:
        return self._random.choices(names, [1 / (rank + 2) for rank in range(len(names))])[0]

    def _birth_date(self) -> PartialDate:
        day = EARLIEST + timedelta(days=self._random.randrange((LATEST - EARLIEST).days))
        if self._random.random() < 0.03:
            day = day.replace(month=1, day=1)
        return PartialDate(day.year, day.month, day.day)


def altered(traveller: Traveller, how: str, seed: int = 1) -> Traveller:
    """Change a traveller's name as documents, forms and fingers do; `how` is a key of `ERRORS`."""
    given, surname = ERRORS[how](random.Random(seed), traveller.given_names or "", traveller.surname or "")
    cut = how == "cut"
    return replace(traveller, given_names=given, surname=surname, surname_truncated=cut, given_names_truncated=cut)


def _typo(source: random.Random, word: str) -> str:
    if len(word) < 4:
        return word
    at = source.randrange(1, len(word) - 1)
    letter = source.choice("AEIOURNTLS")
    return source.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + letter + word[at:],
            word[:at] + letter + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
    )


def _longest(text: str, change: Callable[[str], str]) -> str:
    words = text.split()
    longest = max(words, key=len, default="")
    return " ".join(change(word) if word == longest else word for word in words)


def _misread(word: str) -> str:
    for true, seen in (("O", "0"), ("I", "1"), ("S", "5"), ("B", "8"), ("Z", "2"), ("M", "RN"), ("L", "I")):
        if true in word:
            return word.replace(true, seen, 1)
    return word


Error = Callable[[random.Random, str, str], tuple[str, str]]

ERRORS: dict[str, Error] = {
    "exact": lambda _, given, surname: (given, surname),
    "swapped": lambda _, given, surname: (surname, given),
    "one field": lambda _, given, surname: ("", f"{surname} {given}"),
    "given name dropped": lambda _, given, surname: (given.split()[0] if given else "", surname),
    "word added": lambda _, given, surname: (f"{given} ZOLTAN", surname),
    "one typo": lambda source, given, surname: (given, _longest(surname, lambda word: _typo(source, word))),
    "two typos": lambda source, given, surname: (
        _longest(given, lambda word: _typo(source, word)), _longest(surname, lambda word: _typo(source, word)),
    ),
    "initial": lambda _, given, surname: (given[:1], surname),
    "joined": lambda _, given, surname: (given.replace(" ", ""), surname.replace(" ", "")),
    "split": lambda _, given, surname: (given, _longest(surname, lambda word: f"{word[:3]} {word[3:]}")),
    "misread": lambda _, given, surname: (given, _longest(surname, _misread)),
    "cut": lambda _, given, surname: (given[:5], surname[:6]),
}  # fmt: skip
