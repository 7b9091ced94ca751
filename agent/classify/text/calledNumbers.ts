/** What a number is by the words before it; each pattern is tried on a few words in lower case. */
export const CALLED_PHONE =
  /(?<![a-z])(?:phone|mobile|mob|cell|tel|telephone|call(?: me)?(?: back)?(?: at| on)?|reach(?: me)? (?:at|on)|whatsapp|sms|fax|telefon|telefono|teléfono|téléphone|handy|celular|móvil|手机|手機|电话|電話|携帯|전화|휴대폰)\W{0,12}(?:is|number|no|nr)?\W{0,4}$/;
export const CALLED_SSN =
  /(?<![a-z])(?:ssn|social security(?: number| no)?|soc sec)\W{0,12}(?:is|number|no|#)?\W{0,4}$/;
export const CALLED_ID =
  /(?<![a-z])(?:national id|id (?:number|no|card)|identity (?:number|card)|cpf|pesel|bsn|burgerservicenummer|aadhaar|personnummer|curp|dni|nie|cédula|cedula|tax id|tin|steuer-?id|steuernummer|sin|nino|nif|nir|insee|sécurité sociale|rrn|hkid|oib|egn|cnp|codice fiscale|nhs (?:number|no)|medicare|licen[cs]e(?: number| no)?)\W{0,12}(?:is|number|no|nr|#)?\W{0,4}$/;
export const CALLED_ACCOUNT =
  /(?<![a-z])(?:account|acct|a\/c|konto|cuenta|compte|routing|sort code)(?: number| no| nr|nummer)?\W{0,12}(?:is)?\W{0,3}$/;
export const BORN =
  /(?<![a-z])(?:born(?: on)?|dob|d\.o\.b\.?|date of birth|birth ?date|birthday|geboren(?: am)?|geburtsdatum|née? le|nacid[oa] el|nato il)\W{0,12}(?:is)?\W{0,3}$/;
/** Documents and records that often are digits alone. */
const DOCUMENTS: readonly (readonly [infoType: string, before: RegExp])[] = [
  [
    "passport_number",
    /(?<!\p{L})(?:passport|reisepass|passeport|pasaporte|passaporto|passaporte|paspoort|paszport|паспорта?|护照号?码?|護照號?碼?|パスポート|旅券|여권)(?:[ -]?(?:id|no|nr|n[º°o]|num|number|nummer|numéro|número|numero|番号|번호))?\W{0,4}(?:is |ist |est |es )?\W{0,2}$/u,
  ],
  [
    "driver_licence",
    /(?<!\p{L})(?:dl|driver'?s? licen[cs]e|driving licen[cs]e|führerschein|permis de conduire|licencia de conducir|permiso de conducir|patente di guida|carta de condução|cnh|rijbewijs|prawo jazdy|körkort)(?:[ -]?(?:id|no|nr|n[º°o]|number|nummer|numéro|número|numero))?\W{0,4}(?:is |ist |est |es )?\W{0,2}$/u,
  ],
  [
    "medical_record_number",
    /(?<!\p{L})(?:mrn|medical record|patient[- ]?(?=id|no|nr|num)|patientennummer|historia clínica|nhc|prontuário|numéro patient)(?:[ -]?(?:id|no|nr|n[º°o]|number|nummer|número))?\W{0,4}(?:is |ist |est |es )?\W{0,2}$/u,
  ],
  [
    "health_plan_id",
    /(?<!\p{L})(?:member|subscriber|policy ?holder|medicaid|medicare|versicherten)[ -]?(?:id|no|nr|number|nummer)\W{0,4}(?:is |ist )?\W{0,2}$/u,
  ],
];
/** What numbers of these look count, though they look like one of a person. */
export const CALLED_THING =
  /(?<![a-z])(?:meter|part|serial|model|sku|lot|batch|seq|sequence|ts|timestamp|epoch|ean|upc|isbn|issn|tracking|order|ticket|invoice|job|pid|build|trace|revision)(?:[ _-](?:no|nr|number|num|id))?\W{0,3}$/;

/** Without one of these nothing of the above stands there: one look instead of four. */
const MAY_BE_DOCUMENT =
  /pass[ep]|pasa|pasp|pasz|reisepass|licen|permi|patente|carta d|cnh|rijb|prawo|rkort|hrersch|mrn|medic|patient|histor|nhc|pront|member|subscr|holder|versich|dl|[\u0430\u3040-\ud7af]/;

/** The type of document whose number follows these words. */
export const calledDocument = (before: string): string | undefined =>
  MAY_BE_DOCUMENT.test(before) ? DOCUMENTS.find(([, words]) => words.test(before))?.[0] : undefined;
