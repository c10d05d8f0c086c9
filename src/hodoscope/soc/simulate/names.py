"""Word lists from which people, web sites and decoy indicators are made. All invented or common words."""

FIRST = (
    "Ada", "Amir", "Anja", "Arturo", "Bea", "Bjorn", "Carla", "Chen", "Clara", "Dario", "Dina", "Elif", "Emil",
    "Esra", "Farah", "Felix", "Gita", "Goran", "Hana", "Henrik", "Ines", "Ivo", "Jana", "Jonas", "Kofi", "Lena",
    "Liam", "Luca", "Mara", "Milan", "Nadia", "Nils", "Noor", "Olga", "Oskar", "Paula", "Petra", "Priya", "Quinn",
    "Rafael", "Rosa", "Samir", "Selma", "Sofia", "Tariq", "Tessa", "Umar", "Vera", "Wanda", "Yara", "Yusuf", "Zoe",
)  # fmt: skip
LAST = (
    "Abadi", "Acker", "Alder", "Amsel", "Baran", "Becker", "Bianchi", "Bosch", "Castell", "Conti", "Dahl", "Dietz",
    "Duarte", "Eber", "Ekman", "Faber", "Ferro", "Fiala", "Gallo", "Gerber", "Haas", "Holm", "Ibarra", "Jansen",
    "Kaya", "Keller", "Kowal", "Lang", "Lindt", "Lopes", "Maier", "Moreau", "Nagy", "Novak", "Okafor", "Olsen",
    "Pereira", "Popov", "Quist", "Rao", "Renner", "Rossi", "Sauer", "Silva", "Stern", "Tanaka", "Ulrich", "Vargas",
    "Voss", "Weber", "Winter", "Yilmaz", "Zander", "Zeman",
)  # fmt: skip
WORDS = (
    "amber", "atlas", "aurora", "basalt", "beacon", "birch", "bridge", "canyon", "cedar", "cinder", "cobalt",
    "copper", "coral", "delta", "ember", "falcon", "fern", "field", "flint", "forge", "garnet", "granite", "harbor",
    "hazel", "helix", "indigo", "island", "ivory", "juniper", "kernel", "lagoon", "lantern", "ledger", "linden",
    "lotus", "maple", "marble", "meadow", "mercury", "meridian", "mint", "nectar", "nimbus", "north", "oak", "ocean",
    "onyx", "opal", "orbit", "orchid", "paper", "pebble", "pixel", "plaza", "prairie", "quartz", "raven", "ridge",
    "river", "saffron", "sage", "signal", "silver", "slate", "solar", "spruce", "stone", "summit", "thistle",
    "timber", "topaz", "tundra", "valley", "velvet", "vista", "walnut", "willow", "zenith",
)  # fmt: skip
ENDINGS = ("news", "mail", "shop", "cloud", "media", "labs", "travel", "bank", "cdn", "docs", "forum", "maps")
