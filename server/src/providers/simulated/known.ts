/** The few facts a simulated model holds: enough that a first trial is not met with nonsense. */

export const capitals: Readonly<Record<string, string>> = {
  argentina: "Buenos Aires",
  australia: "Canberra",
  austria: "Vienna",
  belgium: "Brussels",
  brazil: "Brasília",
  canada: "Ottawa",
  china: "Beijing",
  denmark: "Copenhagen",
  egypt: "Cairo",
  finland: "Helsinki",
  france: "Paris",
  germany: "Berlin",
  greece: "Athens",
  india: "New Delhi",
  ireland: "Dublin",
  italy: "Rome",
  japan: "Tokyo",
  kenya: "Nairobi",
  mexico: "Mexico City",
  netherlands: "Amsterdam",
  "new zealand": "Wellington",
  norway: "Oslo",
  poland: "Warsaw",
  portugal: "Lisbon",
  "south korea": "Seoul",
  spain: "Madrid",
  sweden: "Stockholm",
  switzerland: "Bern",
  turkey: "Ankara",
  ukraine: "Kyiv",
  "united kingdom": "London",
  "united states": "Washington, D.C.",
};

type Phrasebook = Readonly<Record<string, string>>;

export const phrases: Readonly<Record<string, Phrasebook>> = {
  french: {
    hello: "bonjour",
    "good morning": "bonjour",
    "good night": "bonne nuit",
    "thank you": "merci",
    "thank you very much": "merci beaucoup",
    please: "s'il vous plaît",
    goodbye: "au revoir",
    "how are you": "comment allez-vous",
    "i love you": "je t'aime",
    "where is the station": "où est la gare",
  },
  german: {
    hello: "hallo",
    "good morning": "guten Morgen",
    "good night": "gute Nacht",
    "thank you": "danke",
    "thank you very much": "vielen Dank",
    please: "bitte",
    goodbye: "auf Wiedersehen",
    "how are you": "wie geht es Ihnen",
    "i love you": "ich liebe dich",
    "where is the station": "wo ist der Bahnhof",
  },
  spanish: {
    hello: "hola",
    "good morning": "buenos días",
    "good night": "buenas noches",
    "thank you": "gracias",
    "thank you very much": "muchas gracias",
    please: "por favor",
    goodbye: "adiós",
    "how are you": "¿cómo está usted?",
    "i love you": "te quiero",
    "where is the station": "¿dónde está la estación?",
  },
  italian: {
    hello: "ciao",
    "good morning": "buongiorno",
    "good night": "buonanotte",
    "thank you": "grazie",
    "thank you very much": "grazie mille",
    please: "per favore",
    goodbye: "arrivederci",
    "how are you": "come sta",
    "i love you": "ti amo",
    "where is the station": "dov'è la stazione",
  },
  portuguese: {
    hello: "olá",
    "good morning": "bom dia",
    "good night": "boa noite",
    "thank you": "obrigado",
    "thank you very much": "muito obrigado",
    please: "por favor",
    goodbye: "adeus",
    "how are you": "como está",
    "i love you": "amo-te",
    "where is the station": "onde fica a estação",
  },
};

export const glad = new Set(
  `good great excellent amazing love loved loves lovely wonderful fantastic happy perfect best delicious friendly fast helpful nice
  beautiful awesome brilliant enjoy enjoyed impressive recommend comfortable pleased superb reliable sharp fun favorite thrilled`.split(
    /\s+/,
  ),
);

export const sad = new Set(
  `bad terrible awful poor worst hate hated slow broken disappointing disappointed horrible rude ugly boring expensive useless
  annoying sad angry fails failed problem problems cold late never dirty noisy waste frustrating frustrated cheap mediocre`.split(
    /\s+/,
  ),
);
