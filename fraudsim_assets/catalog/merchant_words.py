"""Words of the trades in nine languages, and syllables of invented brands.

Belongs here: word lists for names of merchants. Does not belong here: how a name is put together.
"""

from collections.abc import Mapping
from types import MappingProxyType

LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pl", "sv", "pt")
"""Languages (ISO 639-1) in the order in which each row below lists its words."""

FALLBACK_LANGUAGE = "en"
"""Language of trades in countries whose own language has no words here."""

_ROWS = {
    "5411": "Market/Foods/Grocers|Markt/Lebensmittel/Frischemarkt|Marché/Supermarché|Supermercado/Alimentación|"
    "Supermercato/Alimentari|Supermarkt/Levensmiddelen|Market/Delikatesy|Livs/Mat|Supermercado/Mercearia",
    "5499": "Corner Shop/Deli|Feinkost/Kiosk|Épicerie/Primeur|Ultramarinos/Frutería|Gastronomia/Ortofrutta|"
    "Delicatessen/Avondwinkel|Sklep/Warzywniak|Närbutik/Delikatess|Minimercado/Frutaria",
    "5462": "Bakery|Bäckerei|Boulangerie|Panadería|Panificio|Bakkerij|Piekarnia|Bageri|Padaria",
    "5422": "Butchers|Metzgerei|Boucherie|Carnicería|Macelleria|Slagerij|Mięsny|Kött & Chark|Talho",
    "5921": "Wine & Spirits|Getränke/Weinhandlung|Cave à Vins|Bodega/Licores|Enoteca|Slijterij/Wijnen|"
    "Alkohole/Winiarnia|Vin & Sprit|Garrafeira",
    "5912": "Pharmacy/Chemist|Apotheke/Drogerie|Pharmacie|Farmacia|Farmacia|Apotheek/Drogist|Apteka|Apotek|Farmácia",
    "5977": "Cosmetics/Perfumes|Parfümerie|Parfumerie|Perfumería|Profumeria|Parfumerie|Drogeria/Perfumeria|"
    "Parfymeri|Perfumaria",
    "5651,5699": "Clothing/Outfitters|Bekleidung/Mode|Vêtements/Mode|Ropa/Moda|Abbigliamento/Moda|Kleding/Mode|"
    "Odzież/Moda|Kläder/Mode|Roupas/Moda",
    "5691": "Fashion/Style|Mode/Modehaus|Mode/Boutique|Moda|Moda|Mode|Moda|Mode|Moda",
    "5661": "Shoes|Schuhe|Chaussures|Zapatería|Calzature|Schoenen|Obuwie|Skor|Sapataria",
    "5621": "Ladies' Wear|Damenmode|Mode Femme|Moda Mujer|Moda Donna|Damesmode|Moda Damska|Dammode|Moda Feminina",
    "5641": "Kids' Wear|Kindermode|Mode Enfant|Moda Infantil|Moda Bimbi|Kinderkleding|Odzież Dziecięca|"
    "Barnkläder|Moda Infantil",
    "5732": "Electronics|Elektronik|Électronique|Electrónica|Elettronica|Elektronica|Elektronika|Elektronik|Eletrónica",
    "5734": "Software|Software|Logiciels|Software|Software|Software|Programy|Programvara|Software",
    "5045": "Computers|Computer|Informatique|Informática|Informatica|Computers|Komputery|Datorer|Informática",
    "5722": "Appliances|Hausgeräte|Électroménager|Electrodomésticos|Elettrodomestici|Witgoed|AGD|Vitvaror|"
    "Eletrodomésticos",
    "5712": "Furniture|Möbel|Meubles|Muebles|Mobili|Meubelen|Meble|Möbler|Móveis",
    "5719": "Home & Interiors|Wohnwelt|Maison & Déco|Hogar|Casa & Arredo|Wonen|Dom & Wnętrze|Hem & Inredning|"
    "Casa & Decoração",
    "5714": "Curtains|Gardinen|Rideaux|Cortinas|Tendaggi|Gordijnen|Firany|Gardiner|Cortinados",
    "5200": "DIY/Home Supplies|Baumarkt|Bricolage|Bricolaje|Bricolage/Fai da Te|Bouwmarkt|Market Budowlany|"
    "Bygghandel|Bricolage",
    "5251": "Hardware|Eisenwaren|Quincaillerie|Ferretería|Ferramenta|IJzerhandel|Narzędzia|Järnhandel|Ferragens",
    "5211": "Building Supplies|Baustoffe|Matériaux|Materiales|Edilizia|Bouwmaterialen|Materiały Budowlane|"
    "Byggvaror|Materiais",
    "5261": "Garden Centre|Gartencenter|Jardinerie|Jardinería|Garden|Tuincentrum|Centrum Ogrodnicze|Trädgård|Jardim",
    "5231": "Paints|Farben|Peintures|Pinturas|Colori|Verf|Farby|Färg|Tintas",
    "5311": "Department Store|Kaufhaus|Grand Magasin|Grandes Almacenes|Grandi Magazzini|Warenhuis|Dom Towarowy|"
    "Varuhus|Armazéns",
    "5310": "Discount|Discount|Discount|Descuento|Discount|Voordeel|Dyskont|Lågpris|Desconto",
    "5331,5399": "Variety/Bazaar|Kramladen/Sonderposten|Bazar|Bazar|Bazar/Empori|Voordeelshop/Bazaar|Bazar/Pasaż|"
    "Basar|Bazar",
    "5300": "Wholesale Club|Großmarkt|Club Entrepôt|Mayorista|Ingrosso|Groothandel|Hurt|Storköp|Grossista",
    "5999": "Gifts & More/Specialities|Geschenke/Fachhandel|Cadeaux/Spécialités|Regalos/Especialidades|"
    "Regali/Specialità|Cadeaus/Speciaalzaak|Upominki|Presenter|Presentes",
    "5942": "Books|Buchhandlung|Librairie|Librería|Libreria|Boekhandel|Księgarnia|Bokhandel|Livraria",
    "5941": "Sports|Sport|Sport|Deportes|Sport|Sport|Sport|Sport|Desporto",
    "5945": "Toys & Games|Spielwaren|Jouets|Juguetes|Giocattoli|Speelgoed|Zabawki|Leksaker|Brinquedos",
    "5995": "Pet Supplies|Tierbedarf|Animalerie|Mascotas|Animali|Dierenwinkel|Zoologiczny|Djuraffär|Animais",
    "5992": "Flowers|Blumen|Fleurs|Flores|Fiori|Bloemen|Kwiaty|Blommor|Flores",
    "5943": "Stationers|Schreibwaren|Papeterie|Papelería|Cartoleria|Kantoorboekhandel|Papierniczy|Papper|Papelaria",
    "5940": "Cycles|Fahrräder|Vélos|Bicicletas|Biciclette|Fietsen|Rowery|Cyklar|Bicicletas",
    "5944,5094": "Jewellers/Watches|Juwelier/Uhren|Bijouterie/Horlogerie|Joyería/Relojería|Gioielleria/Orologeria|"
    "Juwelier/Horloges|Jubiler/Zegarki|Guld & Ur|Joalharia/Relojoaria",
    "5947,6540": "Gift Cards/Vouchers|Geschenkkarten/Gutscheine|Cartes Cadeaux|Tarjetas Regalo|Carte Regalo|"
    "Cadeaukaarten|Karty Podarunkowe|Presentkort|Cartões Presente",
    "5812": "Restaurant/Kitchen/Grill|Restaurant/Gasthaus/Wirtshaus|Restaurant/Brasserie/Bistrot|"
    "Restaurante/Asador/Mesón|Ristorante/Trattoria/Osteria|Restaurant/Eethuis|Restauracja/Gospoda/Karczma|Restaurang/Krog/Kök|Restaurante/Churrasqueira/Tasca",
    "5814": "Burgers/Pizza/Kebab/Noodles|Imbiss/Pizza/Döner/Burger|Burger/Pizzeria/Sandwicherie|"
    "Hamburguesería/Pizzería/Bocatería|Pizzeria/Paninoteca/Piadineria|Snackbar/Pizzeria/Cafetaria|Pizzeria/Kebab/Burger|Grill/Pizzeria/Gatukök|Hamburgueria/Pizzaria/Lanches",
    "cafe_bar:5814": "Cafe/Coffee|Café/Kaffeehaus|Café/Salon de Thé|Cafetería/Café|Caffè/Caffetteria|Café/Koffie|"
    "Kawiarnia|Kafé/Fik|Café/Pastelaria",
    "5813": "Bar/Pub/Taproom|Bar/Kneipe|Bar/Pub|Bar/Taberna|Bar/Birreria|Bar/Kroeg|Bar/Pub|Bar/Pub|Bar/Cervejaria",
    "5541": "Service Station/Fuel|Tankstelle|Station-Service|Estación de Servicio|Stazione di Servizio|"
    "Tankstation|Stacja Paliw|Bensin|Posto",
    "5542": "Pay at Pump|Tankautomat|Automate Carburant|Gasolinera 24h|Carburanti 24h|Onbemand Tanken|"
    "Stacja Samoobsługowa|Tanka Automat|Posto 24h",
    "5552": "EV Charging|Ladestation|Bornes de Recharge|Recarga Eléctrica|Ricarica Elettrica|Laadstation|"
    "Ładowanie Aut|Elladdning|Carregamento",
    "8011,8099": "Medical Practice|Arztpraxis|Cabinet Médical|Consulta|Studio Medico|Huisartspraktijk|"
    "Przychodnia/Gabinet|Vårdcentral|Consultório",
    "8021": "Dental Surgery|Zahnarztpraxis|Cabinet Dentaire|Clínica Dental|Studio Dentistico|Tandarts|"
    "Stomatologia|Tandvård|Dentista",
    "8042": "Opticians|Augenoptik|Opticien|Óptica|Ottica|Opticien|Optyk|Optik|Ótica",
    "8062": "Hospital|Klinik|Clinique|Hospital/Clínica|Clinica|Kliniek|Szpital/Klinika|Klinik|Hospital",
    "4814,4812": "Mobile/Telecom|Mobilfunk/Telekommunikation|Mobile/Télécom|Móvil/Telecomunicaciones|Telefonia/Mobile|"
    "Mobiel/Telecom|Telefonia/Telekom|Mobil/Telekom|Móvel/Telecom",
    "4900": "Energy/Water|Stadtwerke/Energie|Énergie/Eaux|Energía/Aguas|Energia/Acque|Energie/Waterbedrijf|"
    "Energia/Wodociągi|Energi/Vatten|Energia/Águas",
    "4111": "Transit/Metro|Verkehrsbetriebe/Nahverkehr|Transports/Métro|Transportes/Metro|Trasporti/Metro|"
    "Vervoer/Metro|Komunikacja/Metro|Lokaltrafik|Transportes/Metro",
    "4112": "Rail|Bahn|Chemins de Fer|Ferrocarriles|Ferrovie|Spoorwegen|Koleje|Tåg|Comboios",
    "4131": "Bus Lines/Coaches|Busreisen/Bus|Autocars/Bus|Autobuses|Autolinee|Busvervoer|Autobusy|Buss|Autocarros",
    "4121": "Taxi/Cabs|Taxi|Taxi|Taxi|Taxi|Taxi|Taxi|Taxi|Táxi",
    "7523": "Parking/Car Park|Parkhaus/Parken|Parking|Aparcamiento|Parcheggio|Parkeergarage/Parkeren|Parking|"
    "Parkering|Estacionamento",
    "4784": "Toll Roads|Maut|Péage|Autopista/Peaje|Autostrada/Pedaggio|Tolwegen|Autostrada|Vägtull|Portagem",
    "7538": "Auto Service|Autowerkstatt|Garage|Taller|Autofficina|Garage|Autoserwis|Bilverkstad|Oficina",
    "5533": "Auto Parts|Autoteile|Pièces Auto|Recambios|Ricambi Auto|Auto-onderdelen|Części Samochodowe|Bildelar|"
    "Peças Auto",
    "7542": "Car Wash|Waschstraße|Lavage Auto|Lavado de Coches|Autolavaggio|Autowas|Myjnia|Biltvätt|Lavagem Auto",
    "7531": "Body Shop|Karosserie|Carrosserie|Chapa y Pintura|Carrozzeria|Autoschade|Blacharstwo|Bilplåt|"
    "Chapa e Pintura",
    "4511": "Airways|Fluglinie|Lignes Aériennes|Líneas Aéreas|Linee Aeree|Luchtvaart|Linie Lotnicze|Flyg|Linhas Aéreas",
    "7011": "Hotel/Inn/Lodge|Hotel/Pension|Hôtel/Auberge|Hotel/Hostal|Albergo/Hotel|Hotel/Herberg|"
    "Hotel/Pensjonat|Hotell/Värdshus|Hotel/Pousada",
    "7032": "Holiday Camp|Ferienpark|Camping|Camping|Campeggio|Vakantiepark|Ośrodek Wypoczynkowy|Camping|Campismo",
    "4722": "Travel/Tours|Reisebüro/Reisen|Voyages|Viajes|Viaggi|Reizen|Biuro Podróży|Resor|Viagens",
    "7512": "Car Hire|Autovermietung|Location Auto|Alquiler de Coches|Autonoleggio|Autoverhuur|Wynajem Aut|"
    "Biluthyrning|Aluguer de Carros",
    "7999": "Leisure Centre|Freizeitzentrum|Loisirs|Ocio|Tempo Libero|Recreatie|Centrum Rekreacji|Fritid|Lazer",
    "7997": "Fitness/Sports Club|Fitness/Sportverein|Fitness/Club|Gimnasio/Club|Palestra|Fitness/Sportclub|"
    "Fitness/Klub|Gym|Ginásio/Clube",
    "7832": "Cinema|Kino|Cinéma|Cine|Cinema|Bioscoop|Kino|Bio|Cinema",
    "7922": "Theatre/Tickets|Theater/Tickets|Théâtre/Billetterie|Teatro/Entradas|Teatro/Biglietti|"
    "Theater/Tickets|Teatr/Bilety|Teater/Biljetter|Teatro/Bilhetes",
    "7991": "Museum|Museum|Musée|Museo|Museo|Museum|Muzeum|Museum|Museu",
    "7996": "Amusement Park|Freizeitpark|Parc d'Attractions|Parque de Atracciones|Luna Park|Pretpark|"
    "Park Rozrywki|Nöjespark|Parque de Diversões",
    "8299": "Academy/Courses|Akademie/Kurse|Institut/Formation|Academia|Istituto/Corsi|Academie/Cursussen|"
    "Akademia/Kursy|Utbildning|Academia/Formação",
    "8220": "College|Hochschule|École Supérieure|Universidad|Università|Hogeschool|Uczelnia|Högskola|Universidade",
    "8211": "School|Schule|École|Colegio|Scuola|School|Szkoła|Skola|Colégio",
    "8351": "Day Nursery|Kita|Crèche|Guardería|Asilo Nido|Kinderopvang|Przedszkole|Förskola|Creche",
    "4829": "Money Transfer|Geldtransfer|Transfert d'Argent|Envíos de Dinero|Trasferimento Denaro|Geldtransfer|"
    "Przekazy|Överföring|Transferências",
    "6051,6012": "Exchange|Wechselstube|Change|Cambio|Cambio|Wisselkantoor|Kantor|Valuta|Câmbio",
    "7230": "Hair/Barbers|Friseur|Coiffure|Peluquería|Parrucchiere|Kapper|Fryzjer|Frisör|Cabeleireiro",
    "7298": "Spa/Beauty|Kosmetik/Wellness|Institut de Beauté/Spa|Estética/Spa|Estetica/Spa|Schoonheidssalon|"
    "Kosmetyka/Spa|Skönhet/Spa|Estética/Spa",
    "7210,7216": "Dry Cleaners/Laundry|Reinigung|Pressing|Tintorería|Lavanderia|Stomerij|Pralnia|Kemtvätt|Lavandaria",
    "7299": "Alterations/Services|Schneiderei|Retouches|Arreglos|Sartoria|Kledingreparatie|Krawiec|Skrädderi|Arranjos",
    "6300": "Insurance|Versicherung|Assurances|Seguros|Assicurazioni|Verzekeringen|Ubezpieczenia|Försäkring|Seguros",
    "8999": "Consulting|Beratung|Conseil|Consultores|Consulenza|Advies|Doradztwo|Konsult|Consultoria",
    "0742": "Vets|Tierarzt|Vétérinaire|Veterinaria|Veterinario|Dierenarts|Weterynarz|Veterinär|Veterinário",
    "8111": "Law|Kanzlei|Avocats|Abogados|Studio Legale|Advocaten|Kancelaria|Juridik|Advogados",
    "8931": "Accountants|Steuerberatung|Comptables|Asesores|Commercialista|Boekhouders|Księgowość|Redovisning|"
    "Contabilidade",
    "9399": "City Services|Bürgeramt|Mairie|Ayuntamiento|Comune|Gemeente|Urząd Miasta|Kommun|Câmara Municipal",
    "9311": "Tax Office|Finanzamt|Trésor Public|Hacienda|Tributi|Belastingen|Urząd Skarbowy|Skatt|Finanças",
    "9222": "Court Payments|Bußgeldstelle|Amendes|Multas|Multe|Boetes|Mandaty|Böter|Coimas",
    "9402": "Post Office|Postamt|Poste|Correos|Poste|Postkantoor|Poczta|Post|Correios",
    "6011": "Bank ATM/ATM|Geldautomat|Distributeur|Cajero|Bancomat|Geldautomaat|Bankomat|Bankomat|Caixa Automático",
}
# merchant category codes, then words by language; a slash separates alternatives


def _by_language() -> dict[str, Mapping[str, tuple[str, ...]]]:
    columns: dict[str, dict[str, tuple[str, ...]]] = {language: {} for language in LANGUAGES}
    for keys, words in _ROWS.items():
        for language, alternatives in zip(LANGUAGES, words.split("|"), strict=True):
            columns[language].update(dict.fromkeys(keys.split(","), tuple(alternatives.split("/"))))
    return {language: MappingProxyType(column) for language, column in columns.items()}


TRADE_WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(_by_language())
"""Words that name a trade, by language and by merchant category code, or ``category:code`` where a code has several
trades."""

NAME_FIRST_LANGUAGES = frozenset({"en", "sv"})
"""Languages that put the owner before the trade: Miller Bakery, but Boulangerie Meunier."""

BRAND_STARTS = (
    "Vanto",
    "Welo",
    "Xilo",
    "Yara",
    "Zeno",
    "Arvi",
    "Beldo",
    "Corvo",
    "Drano",
    "Elmi",
    "Fino",
    "Grano",
    "Havo",
    "Ilmo",
    "Juno",
    "Kasto",
    "Lorno",
)
"""First syllables of invented brands."""

BRAND_ENDS = (
    "ra",
    "lix",
    "nda",
    "vex",
    "mio",
    "stra",
    "tto",
    "pia",
    "gon",
    "ria",
    "sk",
    "dex",
    "lune",
    "mar",
    "zio",
    "bell",
    "qua",
    "trix",
    "via",
    "don",
    "lis",
    "mera",
    "nox",
    "pal",
)
"""Last syllables of invented brands."""

WEB_ENDS = (".example", "-shop.example", "-online.example", "24.example")
"""Ends of web addresses. Source: RFC 2606, section 2 reserves the top-level domain ``example``."""
