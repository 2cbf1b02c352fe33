"""The terms of the EU's authority tables and of other registers that DCAT-AP 3.0.1 draws on ("Controlled Vocabularies")."""

from __future__ import annotations

from dataclasses import dataclass

from organograph.publishers import AVAILABILITIES, PUBLISHERS

_EU = "http://publications.europa.eu/resource/authority/"
_IANA = "https://www.iana.org/assignments/media-types/"
_ADMS = "http://purl.org/adms/"


@dataclass(frozen=True)
class Code:
    """A term of a register.

    Args:
        iri: its IRI.
        label: what it is called in English.
        scheme: IRI of the register; "" where it is known by its address alone.
    """

    iri: str
    label: str
    scheme: str = ""


def _code(table: str, name: str, label: str) -> Code:
    return Code(f"{_EU}{table}/{name}", label, _EU + table)


THEMES = Code(f"{_EU}data-theme", "Data theme")
GOVERNMENT = _code("data-theme", "GOVE", "Government and public sector")
PUBLIC = _code("access-right", "PUBLIC", "public")
IRREGULAR = _code("frequency", "IRREG", "irregular")
ONTOLOGIES = _code("dataset-type", "ONTOLOGY", "Ontology")
PUBLISHER_TYPES = Code(f"{_ADMS}publishertype/1.0", "Publisher type")
LICENCE_TYPES = Code(f"{_ADMS}licencetype/1.0", "Licence type")

_FILE_TYPES = {
    "text/turtle": ("RDF_TURTLE", "RDF Turtle"),
    "application/ld+json": ("JSON_LD", "JSON-LD"),
    "application/json": ("JSON", "JSON"),
    "application/rdf+xml": ("RDF_XML", "RDF XML"),
    "application/n-triples": ("RDF_N_TRIPLES", "RDF N-Triples"),
    "application/trig": ("RDF_TRIG", "RDF TriG"),
    "application/n-quads": ("RDF_N_QUADS", "RDF N-Quads"),
    "application/atom+xml": ("ATOM", "ATOM"),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ("XLSX", "Excel XLSX"),
    "text/csv": ("CSV", "CSV"),
}
# The licences of Creative Commons in the EU's table: its name there, and their kind in the vocabulary of ADMS.
_LICENCES = {
    "https://creativecommons.org/licenses/by/4.0/": ("CC_BY_4_0", "Attribution"),
    "https://creativecommons.org/licenses/by-sa/4.0/": ("CC_BYSA_4_0", "ViralEffect-ShareAlike"),
    "https://creativecommons.org/publicdomain/zero/1.0/": ("CC0", "PublicDomain"),
}
_LICENCE_KINDS = {"Attribution": "Attribution", "ViralEffect-ShareAlike": "Viral effect (share alike)", "PublicDomain": "Public domain"}


def publisher_type(name: str) -> Code | None:
    """The type of a publisher, by its name in the vocabulary of ADMS; None for none that is there."""
    label = PUBLISHERS.get(name)
    return Code(f"{_ADMS}publishertype/{name}", label, PUBLISHER_TYPES.iri) if label else None


def availability(name: str) -> Code | None:
    """How long files are meant to stay; None where it is not told."""
    return _code("planned-availability", name.upper(), name) if name in AVAILABILITIES else None


def file_type(media_type: str) -> Code | None:
    """The file type of a media type; None where the table has none."""
    found = _FILE_TYPES.get(media_type)
    return _code("file-type", *found) if found else None


def media_type(name: str) -> Code:
    """The entry of a media type in IANA's register."""
    return Code(_IANA + name, name)


def language(tag: str) -> Code | None:
    """The language of a tag (RFC 5646), such as en or fr-CH; None where the table has none."""
    found = _LANGUAGES.get(tag.partition("-")[0].lower())
    return _code("language", found.upper(), tag) if found else None


def country(code: str, label: str) -> Code | None:
    """The country of a code of two letters (ISO 3166-1), called as the data call it; None where there is none."""
    found = _COUNTRIES.get(code.upper())
    return _code("country", found, label) if found else None


def licence(address: str) -> tuple[Code, Code] | None:
    """What the EU's table has for a licence, and its kind; None where the table or we know none."""
    if (found := _LICENCES.get(address)) is None:
        return None
    name, kind = found
    return _code("licence", name, name.replace("_", " ")), Code(f"{_ADMS}licencetype/{kind}", _LICENCE_KINDS[kind], LICENCE_TYPES.iri)


def _table(text: str) -> dict[str, str]:
    """Codes of three letters by those of two: each word is both, one after the other."""
    return {word[:2]: word[2:] for word in text.split()}


# ISO 639-1 with ISO 639-2/T, by whose codes the EU names languages.
_LANGUAGES = _table(
    """
    aaaar ababk aeave afafr akaka amamh anarg arara asasm avava ayaym azaze babak bebel bgbul bhbih bibis bmbam bnben bobod brbre
    bsbos cacat ceche chcha cocos crcre csces cuchu cvchv cycym dadan dedeu dvdiv dzdzo eeewe elell eneng eoepo esspa etest eueus
    fafas ffful fifin fjfij fofao frfra fyfry gagle gdgla glglg gngrn guguj gvglv hahau heheb hihin hohmo hrhrv hthat huhun hyhye
    hzher iaina idind ieile igibo iiiii ikipk ioido isisl itita iuiku jajpn jvjav kakat kgkon kikik kjkua kkkaz klkal kmkhm knkan
    kokor krkau kskas kukur kvkom kwcor kykir lalat lbltz lglug lilim lnlin lolao ltlit lulub lvlav mgmlg mhmah mimri mkmkd mlmal
    mnmon mrmar msmsa mtmlt mymya nanau nbnob ndnde nenep ngndo nlnld nnnno nonor nrnbl nvnav nynya ococi ojoji omorm orori ososs
    papan pipli plpol pspus ptpor quque rmroh rnrun roron rurus rwkin sasan scsrd sdsnd sesme sgsag sisin skslk slslv smsmo snsna
    sosom sqsqi srsrp ssssw stsot susun svswe swswa tatam tetel tgtgk ththa titir tktuk tltgl tntsn toton trtur tstso tttat twtwi
    tytah uguig ukukr ururd uzuzb veven vivie vovol wawln wowol xhxho yiyid yoyor zazha zhzho zuzul
    """
)
# ISO 3166-1, by whose codes of three letters the EU names countries.
_COUNTRIES = _table(
    """
    ADAND AEARE AFAFG AGATG AIAIA ALALB AMARM AOAGO AQATA ARARG ASASM ATAUT AUAUS AWABW AXALA AZAZE BABIH BBBRB BDBGD BEBEL BFBFA
    BGBGR BHBHR BIBDI BJBEN BLBLM BMBMU BNBRN BOBOL BQBES BRBRA BSBHS BTBTN BVBVT BWBWA BYBLR BZBLZ CACAN CCCCK CDCOD CFCAF CGCOG
    CHCHE CICIV CKCOK CLCHL CMCMR CNCHN COCOL CRCRI CUCUB CVCPV CWCUW CXCXR CYCYP CZCZE DEDEU DJDJI DKDNK DMDMA DODOM DZDZA ECECU
    EEEST EGEGY EHESH ERERI ESESP ETETH FIFIN FJFJI FKFLK FMFSM FOFRO FRFRA GAGAB GBGBR GDGRD GEGEO GFGUF GGGGY GHGHA GIGIB GLGRL
    GMGMB GNGIN GPGLP GQGNQ GRGRC GSSGS GTGTM GUGUM GWGNB GYGUY HKHKG HMHMD HNHND HRHRV HTHTI HUHUN IDIDN IEIRL ILISR IMIMN ININD
    IOIOT IQIRQ IRIRN ISISL ITITA JEJEY JMJAM JOJOR JPJPN KEKEN KGKGZ KHKHM KIKIR KMCOM KNKNA KPPRK KRKOR KWKWT KYCYM KZKAZ LALAO
    LBLBN LCLCA LILIE LKLKA LRLBR LSLSO LTLTU LULUX LVLVA LYLBY MAMAR MCMCO MDMDA MEMNE MFMAF MGMDG MHMHL MKMKD MLMLI MMMMR MNMNG
    MOMAC MPMNP MQMTQ MRMRT MSMSR MTMLT MUMUS MVMDV MWMWI MXMEX MYMYS MZMOZ NANAM NCNCL NENER NFNFK NGNGA NINIC NLNLD NONOR NPNPL
    NRNRU NUNIU NZNZL OMOMN PAPAN PEPER PFPYF PGPNG PHPHL PKPAK PLPOL PMSPM PNPCN PRPRI PSPSE PTPRT PWPLW PYPRY QAQAT REREU ROROU
    RSSRB RURUS RWRWA SASAU SBSLB SCSYC SDSDN SESWE SGSGP SHSHN SISVN SJSJM SKSVK SLSLE SMSMR SNSEN SOSOM SRSUR SSSSD STSTP SVSLV
    SXSXM SYSYR SZSWZ TCTCA TDTCD TFATF TGTGO THTHA TJTJK TKTKL TLTLS TMTKM TNTUN TOTON TRTUR TTTTO TVTUV TWTWN TZTZA UAUKR UGUGA
    UMUMI USUSA UYURY UZUZB VAVAT VCVCT VEVEN VGVGB VIVIR VNVNM VUVUT WFWLF WSWSM YEYEM YTMYT ZAZAF ZMZMB ZWZWE
    """
)
