import { type InfoType, list, TEXT, TEXT_OR_NUMBER } from "./infoType.ts";

const PII = { category: "PII", shapes: TEXT } as const;
const GOVERNMENT_ID = ["GDPR 87", "HIPAA (G)", "NIST 800-53 PT-7", "SOC 2 C1.1"];

/** Who a person is before the state. */
export const identity: readonly InfoType[] = [
  {
    ...PII,
    name: "birth_date",
    title: "dates of birth",
    level: "confidential",
    mask: "year",
    regulations: ["GDPR 4(1)", "HIPAA (C)", "NIST 800-122"],
    shapes: [...TEXT_OR_NUMBER, "temporal"],
    phrases:
      list(`birth datetime, birth time, day of birth, birth, dogum tarihi, dogum gunu, syntymapaiva, szuletesi ido, szuletesnap, fodelsedag, fodselsdag, fodselsdato, datum narodenia, den narozeni, data nasterii, день рождения, 생년월일, 생일, 誕生日, 出生年月, seinengappi,
      dob, birth date, birth dt, date of birth text, birthday date, born date, b day, date of birth, birthday, birth day, born on, born at, born, birth year, year of birth,
      birth month, month of birth, date birth, fecha nacimiento, fecha de nacimiento, geburtsdatum, geburtstag,
      geburtsjahr, date naissance, date de naissance, data nascimento, data de nascimento, data nascita,
      data di nascita, geboortedatum, fodselsdato, fodelsedatum, data urodzenia, datum narozeni, szuletesi datum,
      syntymaaika, 生日, 出生日期, 生年月日, дата рождения`),
  },
  {
    ...PII,
    name: "us_ssn",
    title: "US social security numbers",
    level: "restricted",
    mask: "last4",
    regulations: GOVERNMENT_ID,
    shapes: TEXT_OR_NUMBER,
    phrases:
      list(`ssn id, ssnid, ssn, ss no, social security no, soc sec number, soc sec no, ssn hash, ssn encrypted, ssn last four, last four ssn,
      social security, social security number, ss number, ssn number, us ssn, social sec number,
      ssn last 4, last 4 ssn, ssn 4, itin`),
    phrasesIn: { insurance: list("ss"), person: list("ss") },
  },
  {
    ...PII,
    name: "national_id",
    title: "national identity numbers",
    level: "restricted",
    mask: "last4",
    regulations: GOVERNMENT_ID,
    shapes: TEXT_OR_NUMBER,
    phrases:
      list(`identification id, noms id, offender id, prisoner id, crn, kimlik no, tc no, tc kimlik no, szemelyi szam, szemelyi igazolvany szam, szemelyazonosito, taj szam, hetu tunnus, personnr, personbeteckning, cislo obcanskeho prukazu, cislo op, cislo dowodu, dowod osobisty, seria i numer dowodu, cnp cod, ktp, nik, cuil, cedula ciudadania, run chile, bi angola, 주민등록, 証明書番号, 証件号, 证件号, 证件号码, 身份证号码,
      national id, national id number, national identifier, national identity number, national number, personal id, personal identity code, personal code, citizen number,
      identification number, identification no, person number, government id, government id number, gov id, national insurance no,
      tribal id, prison number, prisoner number, offender number, noms number, pnc number, cro number, trn, teacher reference number,
      unique pupil number, upn, unique learner number, uln, edipi, dod id, dod id number, veteran id, student loan reference,
      identity number, identity card number, id card number, id card, citizen id, personal id number,
      personal identification number, national insurance number, ni number, nino, nid, nin, cpf, dni, nie, curp, rut,
      bsn, burgerservicenummer, pesel, personnummer, aadhaar, aadhaar number, aadhar, cedula, jmbg, oib, hkid, nric,
      tckn, tc kimlik, rrn, my number, codice fiscale, insee, nir number, numero securite sociale,
      numero de securite sociale, securite sociale, sozialversicherungsnummer, svnr, sv nummer, rodne cislo, cnp, egn,
      fodselsnummer, cpr number, cpr nummer, kennitala, henkilotunnus, hetu, asmens kodas, isikukood, isikukood number,
      personas kods, ahv, ahv nummer, avs number, rijksregisternummer, emirates id, civil id, cnic, nik ktp,
      numero identidad, documento identidad, documento de identidad, numero documento, carte identite,
      personalausweisnummer, ausweisnummer, 身份证, 身份证号, マイナンバー, 주민등록번호, 주민번호, снилс, паспорт`),
  },
  {
    ...PII,
    name: "tax_id",
    title: "tax numbers of people",
    level: "restricted",
    mask: "last4",
    regulations: ["GDPR 87", "HIPAA (R)", "NIST 800-122", "SOC 2 C1.1"],
    shapes: TEXT_OR_NUMBER,
    phrases:
      list(`sin id, sinid, pan no, pan number, taxvat, tax vat, adoszam, adoazonosito, adoazonosito jel, vergi no, vergi kimlik no, verotunnus, dic rodne, skattenummer, numer nip, nip osoby, cod fiscal, personal tax number,
      tin number, itin, tax id, taxid number, tax payer id, tax ref number, tax reference number, tax id number, tax identification number, taxpayer id, tax file number, tfn,
      steuer id, steuernummer, steueridentifikationsnummer, steuer identifikationsnummer, numero fiscal,
      numero fiscale, nif, rfc number, utr number, unique taxpayer reference, pan card, pan card number, pps number,
      ppsn, social insurance number, sin number, инн`),
    phrasesIn: {
      person: list("vat id, vat number, tin, sin, utr, rfc, tax number, pan"),
      employee: list("tin, sin, tax code, pan"),
    },
  },
  {
    ...PII,
    name: "passport_number",
    title: "passport numbers",
    level: "restricted",
    mask: "last4",
    regulations: ["GDPR 4(1)", "HIPAA (R)", "NIST 800-122"],
    shapes: TEXT_OR_NUMBER,
    phrases:
      list(`pasaport no, pasaport, utlevelszam, passi, passin numero, cislo pasu, numer paszportu, номер паспорта, серия паспорта, 여권번호, 旅券番号, パスポート番号,
      passport, passport number, passport no, passport num, passport series, passport id, passport book number, passport mrz, pasaporte,
      numero pasaporte, passeport, numero passeport, reisepass, reisepassnummer, passnummer, passaporto,
      numero passaporto, paspoort, paspoortnummer, passaporte, 护照, 护照号`),
  },
  {
    ...PII,
    name: "driver_licence",
    title: "driving licence numbers",
    level: "restricted",
    mask: "last4",
    regulations: ["GDPR 4(1)", "HIPAA (K)", "NIST 800-122"],
    phrases:
      list(`ehliyet no, surucu belgesi, jogositvany, jogositvany szam, ajokortti, korkort, forerkort, ridicsky prukaz, numer prawa jazdy, права, 운전면허, 運転免許, 驾驶证,
      driver license, driver licence, drivers license, drivers licence, driving license, driving licence,
      driver license number, driver licence number, drivers license number, drivers licence number,
      driving licence number, driving license number, dl number, dl no, driver license no, driver licence no, driving permit, licencia conducir, licencia de conducir,
      permis conduire, permis de conduire, fuhrerschein, fuehrerschein, fuhrerscheinnummer, carteira motorista, cnh,
      patente guida, patente di guida, rijbewijs, rijbewijsnummer, prawo jazdy`),
  },
  {
    ...PII,
    name: "government_document_id",
    title: "numbers of official documents",
    level: "restricted",
    mask: "last4",
    regulations: ["GDPR 4(1)", "HIPAA (K)", "HIPAA (R)"],
    phrases:
      list(`visa number, residence permit, residence permit number, voter id, voter id number, military id,
      alien number, alien registration number, birth certificate, birth certificate number, green card number, brp number, biometric residence permit, share code,
      work permit number, immigration number, identity document, id document number, id doc number, proof of identity`),
    phrasesIn: {
      person: list(
        "permit number, permit no, certificate number, document id, document number, id number, id no, license number, licence number, id card, identity",
      ),
    },
  },
  {
    ...PII,
    name: "photo",
    title: "pictures and signatures of people",
    level: "confidential",
    mask: "null",
    regulations: ["GDPR 4(1)", "HIPAA (Q)"],
    phrases:
      list(`doc front image, doc back image, document front image, document back image, id front, id back, selfie, profile picture, profile photo, profile image, user photo, user avatar, passport photo, face photo, id photo, id image, face image, mugshot, signature image,
      handwritten signature, scanned signature`),
    phrasesIn: { person: list("photo, picture, avatar, portrait, headshot, signature, foto, image") },
  },
];
