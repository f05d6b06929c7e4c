# ruff: noqa: SIM905 - lists of words are written to be read.
"""Small tables of names: spellings that no rule of sound brings together, common words, particles and titles.

The tables are general knowledge of name spelling, kept short on purpose: whatever a rule of `folding` or one letter
of tolerance brings together is not listed. Frequencies are rough shares of all names in the world where the word
occurs; they stand in for a list that is too small to tell a common word from a rare one.
"""

FAMILIES: tuple[tuple[str, ...], ...] = (
    ("MUHAMMAD", "MOHAMMED", "MOHAMED", "MOHAMMAD", "MUHAMMED", "MOHAMAD", "MUHAMAD", "MOHD", "MUHD", "MOHAMOUD",
     "MEHMET", "MAHOMED", "MAHOMET", "MAGOMED", "MUKHAMMAD", "MUKHAMED", "MAMADOU", "MAMADU", "MHD", "MD"),
    ("AHMAD", "AHMED", "AKHMAD", "AKHMED", "AKHMET", "AHMET", "AMADOU", "ACHMAD"),
    ("MAHMUD", "MAHMOUD", "MAHMOOD", "MEHMOOD", "MAKHMUD", "MAHMUT"),
    ("HUSAYN", "HUSSEIN", "HUSSAIN", "HOSSEIN", "HUSEYIN", "HUSAIN", "HOSSAIN", "HUSEIN", "HUSSEYN", "HOUSSEIN"),
    ("HASAN", "HASSAN", "HASSEN", "KHASAN", "HACENE"),
    ("YUSUF", "YOUSEF", "YOUSSEF", "YUSEF", "YOUSUF", "YOUSSOUF", "YUSIF", "YUSSUF", "JUSUF", "JUSSUF"),
    ("IBRAHIM", "EBRAHIM", "BRAHIM", "IBROHIM", "IBRAGIM"),
    ("ISMAIL", "ESMAIL", "ISMAEL", "ESMAEIL", "SMAIL", "ISMOIL"),
    ("ABDULLAH", "ABDALLAH", "ABDALLA", "ABDULLA", "ABDULLAHI", "ABDELLAH", "ABDOULLAH", "ABDOULAYE"),
    ("ULLAH", "ALLAH", "OLLAH"), ("UTHMAN", "OSMAN", "OTHMAN", "USMAN", "OTHMANE", "OUSMANE", "OSMANI"),
    ("UMAR", "OMAR", "OMER", "OUMAR"), ("KHALID", "KHALED", "HALID", "HALIT", "KHALIED"),
    ("JAMAL", "GAMAL", "DJAMEL", "JAMEL", "CEMAL"), ("QADHAFI", "GADDAFI", "QADDAFI", "GADHAFI", "KADHAFI"),
    ("JAFAR", "GAAFAR", "DJAFFAR", "JAFFAR", "CAFER"), ("SAID", "SAEED", "SAYEED", "SAEID"),
    ("SAYYID", "SAYED", "SYED", "SEYED", "SAYYED", "SEYYED"), ("SHARIF", "CHERIF", "SHAREEF", "SERIF"),
    ("SHAYKH", "SHEIKH", "SHAIKH", "CHEIKH", "SHEKH", "SEYH"), ("FATIMA", "FATMA", "FATEMEH", "FATOUMATA"),
    ("AISHA", "AYSHA", "AICHA", "AYSE", "AISHATU"), ("KHADIJA", "HATICE", "KHADEEJA", "HADIZA"),
    ("JACOB", "YAAKOV", "YAKOV", "YAKUB", "YAQUB"), ("ISAAC", "YITZHAK", "ITZHAK", "ISHAQ", "IZAK"),
    ("ABRAHAM", "AVRAHAM", "AVROHOM"), ("MOSHE", "MOISHE", "MOYSHE"), ("REBECCA", "RIVKA", "RIVKAH"),
    ("JUDAH", "YEHUDA", "JEHUDA"), ("COHEN", "KOHEN", "KAHN", "COHN", "KAGAN"), ("LEVI", "LEVY", "HALEVI"),
    ("MUSTAFA", "MOSTAFA", "MOUSTAPHA", "MUSTAPHA"), ("MUSA", "MOUSSA", "MUSSA"), ("ISA", "EISSA", "ISSA"),
    ("SERGEI", "SERGEY", "SERGUEI", "SERGEJ", "SIARHEI", "SERHII", "SERGIY", "SERHIY"),
    ("ALEXANDER", "ALEKSANDR", "ALIAKSANDR", "OLEKSANDR", "ALEKSANDER", "ALEXANDR"),
    ("ALEXEI", "ALEKSEI", "ALIAKSEI", "OLEKSII", "ALEXEY", "ALEKSEY"),
    ("DMITRY", "DMITRII", "DZMITRY", "DMYTRO", "DMITRI"), ("NIKOLAI", "MIKALAI", "MYKOLA", "NIKOLAY"),
    ("MIKHAIL", "MIKHAILO", "MYKHAILO", "MIKHAS"), ("VLADIMIR", "VOLODYMYR", "ULADZIMIR", "WLADIMIR"),
    ("YEVGENY", "EVGENII", "YAUHENI", "YEVHEN", "EVGENY", "EVGENIY"), ("ANDREI", "ANDRII", "ANDREJ", "ANDRIY"),
    ("VASILY", "VASILII", "VASYL", "VASIL", "WASSILI"), ("YURI", "IURII", "YURII", "YURIY", "JURI"),
    ("GEORGY", "HEORHII", "GEORGII", "HEORHI"), ("PAVEL", "PAVLO", "PAVAL"), ("PETR", "PETRO", "PIOTR", "PYOTR"),
    ("YULIA", "IULIIA", "JULIA", "YULIIA", "YULIYA"), ("ELENA", "OLENA", "YELENA", "ALENA"),
    ("OLGA", "VOLHA"), ("NATALIA", "NATALLIA", "NATALYA", "NATALIIA", "NATALIYA"), ("GALINA", "HALYNA", "HALINA"),
    ("TATIANA", "TATSIANA", "TETIANA", "TETYANA", "TATYANA"), ("SVETLANA", "SVIATLANA", "SVITLANA"),
    ("EKATERINA", "YEKATERINA", "KATSIARYNA", "KATERYNA", "JEKATERINA"), ("OLEG", "ALEH", "OLEH"),
    ("IGOR", "IHOR", "IHAR"), ("LEE", "LI", "YI", "RHEE", "RI"), ("PARK", "PAK", "BAK"), ("CHOI", "CHOE"),
    ("KIM", "GIM"), ("JUNG", "CHUNG", "JEONG", "CHONG", "JONG", "ZHONG"), ("CHO", "JO"), ("YOON", "YUN"),
    ("LIM", "IM", "RIM", "LAM", "LIN"), ("KANG", "GANG"), ("CHANG", "JANG", "ZHANG", "CHEUNG"),
    ("RYU", "YOO", "YU", "RYOO", "RYOU"), ("SEO", "SUH", "SO"), ("OH", "O"), ("AHN", "AN"), ("KWON", "GWON"),
    ("SHIN", "SIN"), ("KO", "GO", "KOH", "GAO", "KAO"), ("BAEK", "PAEK", "BAIK"), ("MOON", "MUN"), ("SON", "SOHN"),
    ("JUN", "JOON", "CHUN", "JEON", "CHON"), ("SU", "SOO"),
    ("HUYNH", "HOANG"), ("VU", "VO"), ("QIU", "YAU"), ("KAI", "HOI"), ("MI", "MEE"),
    ("JI", "CHI", "JEE", "ZHI", "CHIH"),
    ("YOUNG", "YEONG", "YONG", "WING", "YUNG"), ("HYUN", "HYEON", "HYON"), ("JIN", "CHIN"),
    ("SUNG", "SEUNG", "SEONG", "SONG"), ("HEE", "HUI", "HI"), ("EUN", "UN"), ("JAE", "CHAE"),
    ("KYUNG", "GYEONG", "KYONG", "KYEONG"), ("WOO", "U"), ("SUN", "SEON", "SUEN"), ("JU", "JOO", "CHU", "ZHU"),
    ("DONG", "TONG", "TUNG"), ("CHUL", "CHEOL", "CHOL"), ("KI", "GI"), ("HYUK", "HYEOK", "HYOK"),
    ("SEOK", "SUK", "SOK"), ("HYE", "HEA"), ("NGUYEN", "NGUYN"), ("WANG", "WONG", "HUANG", "HWANG"),
    ("CHEN", "CHAN", "TAN"), ("WU", "NG"), ("XU", "HSU", "TSUI"), ("CAI", "TSAI", "TSOI"), ("ZHOU", "CHOU", "CHOW"),
    ("ZHAO", "CHAO", "CHIU"), ("LIU", "LAU"), ("YANG", "YEUNG"), ("GUO", "KUO", "KWOK"), ("HE", "HO"),
    ("LUO", "LO", "LAW"), ("ZHENG", "CHENG"), ("LIANG", "LEUNG"), ("XIE", "HSIEH", "TSE"), ("DENG", "TENG", "TANG"),
    ("JIANG", "CHIANG"), ("CAO", "TSAO"), ("XIAO", "HSIAO", "SIU"), ("ZENG", "TSENG", "TSANG"), ("YE", "YEH", "YIP"),
    ("SUI", "HSUEH", "XUE"), ("FENG", "FUNG"), ("WEI", "WAI"), ("HUA", "WAH"), ("QIANG", "KEUNG"),
    ("JIE", "CHIEH", "KIT"), ("JIAN", "CHIEN", "KIN"), ("HONG", "HUNG"), ("LI", "LAI"), ("YAN", "YEN"),
    ("JING", "CHING", "QING"), ("XIU", "HSIU", "SAU"), ("BO", "PO"), ("TAO", "TO"), ("HAO", "HOW"), ("XIN", "HSIN"),
    ("DE", "TE", "TAK"), ("XIANG", "HSIANG", "HEUNG"), ("SHENG", "SING", "SHING"), ("LONG", "LUNG"),
    ("TIAN", "TIEN", "TIN"), ("XIONG", "HSIUNG", "HUNG"), ("XING", "HSING"), ("REN", "JEN", "YAM"),
    ("SI", "SZU", "SSU", "SZE"), ("ZI", "TZU", "TSZ"), ("QI", "CHI"), ("JIA", "CHIA", "KA"),
    ("GUANG", "KUANG", "KWONG"), ("DIALLO", "JALLOW", "JALLO"), ("CISSE", "CEESAY", "SESAY"),
    ("TOURE", "TURAY", "TURE"), ("DIOP", "JOBE"), ("HASAN", "XASAN"), ("AHMAD", "AXMED", "AXMAD"),
    ("MUHAMMAD", "MAXAMED", "MAXAMUUD"), ("ABDI", "CABDI"), ("ALI", "CALI"), ("UMAR", "CUMAR"),
    ("UTHMAN", "CUSMAAN", "CUSMAN"), ("ABDULLAH", "CABDULLAAHI", "CABDULLAHI"), ("FARAH", "FAARAX"),
    ("HUSAYN", "XUSEEN"), ("MICHAEL", "MIKE", "MICK"), ("ROBERT", "BOB", "ROB", "BOBBY"),
    ("WILLIAM", "BILL", "WILL", "BILLY"), ("JAMES", "JIM", "JIMMY", "JAMIE"), ("THOMAS", "TOM", "TOMMY"),
    ("JOSEPH", "JOE", "JOEY"), ("CHRISTOPHER", "CHRIS"), ("ELIZABETH", "LIZ", "BETTY", "BETH"),
    ("MARGARET", "MAGGIE", "PEGGY"), ("CATHERINE", "KATE", "KATHY", "CATHY"), ("ANTHONY", "TONY"),
    ("EDWARD", "ED", "EDDIE", "TED"), ("RICHARD", "DICK", "RICK"), ("DANIEL", "DAN", "DANNY"), ("DAVID", "DAVE"),
    ("MATTHEW", "MATT"), ("ANDREW", "ANDY"), ("FRANCISCO", "PACO", "PANCHO"), ("JOSE", "PEPE"),
    ("ALEXANDER", "ALEX", "SASHA"), ("NICHOLAS", "NICK"), ("SAMUEL", "SAM"), ("BENJAMIN", "BEN"), ("PATRICIA", "PAT"),
    ("IVAN", "VANYA"), ("MARIA", "MASHA"), ("DMITRY", "DIMA"), ("MIKHAIL", "MISHA"), ("VLADIMIR", "VOLODYA", "VOVA"),
)  # fmt: skip

FREQUENCIES: dict[str, float] = {
    "MUHAMMAD": 30, "AHMAD": 16, "ALI": 18, "HASAN": 9, "HUSAYN": 9, "ABDULLAH": 8, "MAHMUD": 6, "KHAN": 8,
    "IBRAHIM": 6, "YUSUF": 4, "UMAR": 5, "KHALID": 4, "SAID": 4, "SAYYID": 4, "MUSTAFA": 3, "ISMAIL": 3, "ABU": 15,
    "RAHMAN": 5, "AZIZ": 3, "KARIM": 3, "SHAH": 3, "SINGH": 8, "KUMAR": 8, "DEVI": 4, "KAUR": 3, "SHARMA": 2,
    "PATEL": 2, "BEGUM": 3, "KHATUN": 2, "HAQ": 3, "DIN": 5, "ULLAH": 5, "GUL": 2, "JAN": 3, "JAMAL": 2, "SALIM": 2,
    "SALEH": 3, "SALIH": 2, "NASIR": 2, "HAMID": 2, "RASHID": 2, "OSAMA": 1, "MUSA": 3, "UTHMAN": 3, "FATIMA": 5,
    "MARYAM": 3, "AISHA": 3, "ZAHRA": 1, "REZA": 2, "MEHDI": 2, "JAFAR": 1, "SHAYKH": 2, "HAJI": 3, "MALIK": 2,
    "WANG": 12, "LI": 12, "LEE": 12, "ZHANG": 11, "LIU": 8, "CHEN": 9, "YANG": 6, "HUANG": 4, "ZHAO": 4, "WU": 4,
    "ZHOU": 3, "XU": 3, "SUN": 2, "MA": 3, "ZHU": 2, "HU": 2, "GUO": 2, "HE": 2, "LIN": 3, "WEI": 4, "MING": 3,
    "KIM": 11, "PARK": 4, "CHOI": 2, "JUNG": 4, "KANG": 2, "CHO": 2, "YOON": 1, "SONG": 2, "HYON": 2, "CHOL": 2,
    "YONG": 3, "SU": 2, "MIN": 2, "JUN": 2, "HO": 2, "IL": 2, "HYOK": 1, "SOK": 1, "NAM": 1, "CHUN": 1, "TONG": 1,
    "NGUYEN": 8, "TRAN": 3, "LE": 3, "PHAM": 2, "THI": 6, "VAN": 5, "MARIA": 8, "JOSE": 6, "JUAN": 4, "LUIS": 3,
    "CARLOS": 3, "ANTONIO": 3, "MANUEL": 2, "ANA": 2, "GARCIA": 3, "RODRIGUEZ": 3, "MARTINEZ": 2, "HERNANDEZ": 2,
    "LOPEZ": 2, "GONZALEZ": 3, "PEREZ": 2, "SANCHEZ": 2, "SILVA": 3, "SANTOS": 3, "FERREIRA": 1, "JOHN": 4,
    "JAMES": 3, "DAVID": 4, "MICHAEL": 3, "ROBERT": 2, "WILLIAM": 2, "THOMAS": 2, "PETER": 2, "PAUL": 2, "MARY": 3,
    "ANNA": 3, "DANIEL": 3, "JOSEPH": 3, "SMITH": 2, "JONES": 1, "JOHNSON": 1, "WILLIAMS": 1, "BROWN": 1,
    "IVANOV": 1, "IVANOVA": 1, "PETROV": 0.7, "ALEXANDER": 4, "SERGEI": 3, "ANDREI": 2, "VLADIMIR": 2, "ELENA": 2,
    "TATIANA": 1, "NATALIA": 1, "OLGA": 1, "DMITRY": 2, "ALEXEI": 2, "NIKOLAI": 1, "MIKHAIL": 1, "IVAN": 2,
    "MULLER": 1, "SCHMIDT": 1, "MARTIN": 2, "BERNARD": 0.5, "DIALLO": 1, "TRAORE": 1, "COULIBALY": 0.5, "MAMADOU": 2,
    "SRI": 1, "SURYA": 0.5, "DEWI": 0.5, "YILMAZ": 0.7, "KAYA": 0.5, "ADAMU": 0.5, "OKAFOR": 0.2,
}  # fmt: skip
"""Word, or the first of its family: how many of a thousand names hold it."""

PARTICLES: dict[str, str] = {
    "AL": "AL", "EL": "AL", "UL": "AL", "IL": "IL", "BIN": "BIN", "IBN": "BIN", "BEN": "BIN", "BINTI": "BINT",
    "BINT": "BINT", "BENT": "BINT", "OULD": "OULD", "WALAD": "OULD", "OGLU": "OGLU", "OGLY": "OGLU", "KYZY": "KYZY",
    "QIZI": "KYZY", "VAN": "VAN", "VON": "VAN", "DER": "DER", "DEN": "DER", "DE": "DE", "DI": "DE", "DA": "DE",
    "DO": "DE", "DU": "DE", "DOS": "DE", "DAS": "DE", "DEL": "DE", "DELLA": "DE", "DES": "DE", "LA": "LA", "LAS": "LA",
    "LOS": "LA", "TEN": "TEN", "TER": "TER", "ZU": "ZU", "ZUM": "ZU", "ABD": "ABD",
}  # fmt: skip
"""Small words and the one that stands for them and their like. ABD, "servant of", is often left out of a name."""

FILIATION = frozenset({"BIN", "BINT", "OULD", "OGLU", "KYZY"})
"""Particles between a person's own name and the father's."""

AFTER_THE_FATHER = frozenset({"OGLU", "KYZY"})
"""Those that follow the father's name: ELDAR RUSTAM OGLU."""

TITLES = frozenset(
    "MR MRS MS MISS DR PROF PROFESSOR SIR LADY LORD HON ENG GENERAL COLONEL MAJOR CAPTAIN SHEIKH SHAYKH SHAIKH"
    " HAJI HAJJI ALHAJ ALHAJI MULLAH MULLA MOLLA MAULAVI MAWLAWI MAULANA MAWLANA QARI AKHUND HAFIZ USTAD"
    " AYATOLLAH IMAM JR SR II III IV COL GEN LT CAPT MAJ COMMANDER SAHIB ABU ABOU UMM UM OM".split()
)
"""Titles and by-names ("father of"), which come and go: ICAO leaves titles out of the MRZ (Doc 9303-3, 4.6)."""

_SUN_LETTERS = {
    "AR": "R", "UR": "R", "ER": "R", "AS": "S", "ES": "S", "US": "S", "ASH": "SH", "ESH": "SH", "AZ": "Z",
    "EZ": "Z", "UZ": "Z", "AD": "D", "ED": "D", "UD": "D", "AN": "N", "EN": "N", "UN": "N", "ET": "T",
}  # fmt: skip


ARTICLES = frozenset(_SUN_LETTERS)


def is_article(word: str, following: str) -> bool:
    """Whether a word is the Arabic article, assimilated to the first letter of the next one: AR RAHMAN, UD DIN."""
    start = _SUN_LETTERS.get(word)
    return start is not None and following.startswith(start)
