import validator from "validator";
import { type Detector, matching } from "./detector.ts";
import { isFormattedPhone, isInternationalPhone, isNationalPhone } from "./phones.ts";

/** House number and a word for a street, in the order and words of several languages. */
const STREETS: readonly RegExp[] = [
  /^\d{1,6}[A-Za-z]?,? (?:[\p{L}.'-]+ ){0,4}(?:street|st|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|way|square|place|pl|terrace|highway|hwy|parkway|circle|alley|close|crescent|row|grove|mews|trail|loop|plaza|ridge|valley|village|orchard|manor|common|commons|meadows?|mill|mount|mountain|oval|pass|path|pike|points?|ports?|prairie|ramp|ranch|rapids?|rest|river|route|run|shoals?|shores?|skyway|springs?|spurs?|station|stravenue|stream|summit|throughway|trace|track|trafficway|tunnel|turnpike|underpass|unions?|viaduct|views?|ville|vista|walks?|wells?|bridge|brooks?|burgs?|bypass|camp|canyon|cape|causeway|centers?|cliffs?|club|corners?|course|cove|creek|crest|crossing|crossroad|curve|dale|dam|divide|estates?|expressway|extensions?|falls?|ferry|fields?|flats?|fords?|forest|forges?|forks?|fort|freeway|gardens?|gateway|glens?|greens?|groves?|harbors?|haven|heights?|hills?|hollow|inlet|islands?|isle|junctions?|keys?|knolls?|lakes?|land|landing|light|lights|locks?|lodge|mall|motorway|overpass|park|parks|passage|plains?|plazas?|radial|squares?|streets)\b/iu,
  /^\p{L}[\p{L}. '-]{1,40}(?:stra(?:ß|ss)e|str\.|weg|platz|allee|gasse|ring|damm|ufer|straat|laan|plein|kade|gracht|gatan|vägen|vej|gade|veien|gata|katu|tie) ?\d{1,5}\s?[a-zA-Z]?\b/iu,
  /^(?:\d{1,5}(?: ?(?:bis|ter))?,? )?(?:rue|avenue|boulevard|bd|place|chemin|impasse|allée|quai|cours|route) (?:de |du |des |d'|la |le |l')?\p{L}/iu,
  /^(?:calle|c\/|avenida|avda\.?|plaza|paseo|carrera|camino|ronda|travesía|rúa|rua|travessa|rodovia|estrada|quadra|marginal|r\.|av\.|praça|alameda|largo|via|viale|piazza|corso|strada|contrada|vicolo|rotonda|ul\.|ulica|aleja|al\.|os\.|náměstí|ulice|utca|улица|ул\.|проспект|пер\.) ?\p{L}/iu,
];

const isStreetAddress = (value: string): boolean =>
  value.length >= 6 && value.length <= 200 && STREETS.some((pattern) => pattern.test(value));

/** Addresses as nearly all are: the library need not look at these. */
const PLAIN_EMAIL =
  /^[A-Za-z0-9](?:[A-Za-z0-9_+-]|\.(?=[A-Za-z0-9_+-])){0,62}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,60}[A-Za-z0-9])?\.){1,4}[A-Za-z]{2,20}$/;

export const isEmailAddress = (value: string): boolean =>
  value.length <= 254 &&
  value.includes("@") &&
  ((value.length <= 100 && PLAIN_EMAIL.test(value)) || validator.isEmail(value.trim()));

export const contactDetectors: readonly Detector[] = [
  {
    id: "email",
    needs: "at",
    infoType: "email",
    passes: "the form of an e-mail address",
    baseRate: 0.00001,
    expected: 0.9,
    alone: true,
    inText: true,
    test: isEmailAddress,
  },
  {
    id: "phone_international",
    needs: "digit",
    lengths: [7, 30],
    infoType: "phone",
    passes: "the numbering plan of their country",
    baseRate: 0.005,
    expected: 0.7,
    alone: true,
    inText: true,
    test: isInternationalPhone,
  },
  {
    id: "phone_formatted",
    needs: "digit",
    lengths: [7, 30],
    infoType: "phone",
    passes: "the usual grouping of a phone number",
    baseRate: 0.02,
    expected: 0.6,
    alone: true,
    inText: true,
    test: isFormattedPhone,
  },
  {
    id: "phone_national",
    needs: "digit",
    lengths: [7, 30],
    dear: true,
    infoType: "phone",
    passes: "some country's numbering plan",
    baseRate: 0.3,
    expected: 0.7,
    alone: false,
    inText: false,
    test: isNationalPhone,
  },
  {
    id: "street_address",
    needs: "letter",
    lengths: [6, 200],
    infoType: "street_address",
    passes: "the form of a street address",
    baseRate: 0.004,
    expected: 0.35,
    alone: true,
    inText: false,
    test: isStreetAddress,
  },
  {
    id: "house_and_words",
    needs: "digit",
    infoType: "street_address",
    passes: "a number beside words, as addresses have",
    baseRate: 0.05,
    expected: 0.8,
    alone: false,
    inText: false,
    test: matching(/^(?:\d{1,6}[A-Za-z]? \p{L}|\p{L}[\p{L}. '-]+,? \d{1,5}[A-Za-z]?$)/u, 200),
  },
  {
    id: "postal_code",
    needs: "digit",
    lengths: [4, 10],
    infoType: "postal_code",
    passes: "the form of a postal code",
    baseRate: 0.2,
    expected: 0.9,
    alone: false,
    inText: false,
    test: matching(
      /^(?:\d{4,6}(?:-\d{3,4})?|\d{2}-\d{3}|\d{3} \d{2}|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d|\d{4} ?[A-Z]{2})$/i,
    ),
  },
];
