import { type InfoType, list, TEXT, TEXT_OR_NUMBER } from "./infoType.ts";

const PII = { category: "PII", shapes: TEXT } as const;

/** How people are reached and where they live. */
export const contact: readonly InfoType[] = [
  {
    ...PII,
    name: "username",
    title: "user names",
    level: "confidential",
    mask: "partial",
    regulations: ["GDPR 4(1)", "HIPAA (R)", "NIST 800-122"],
    phrases:
      list(`username, user, user name, user nm, login user, login name, sam account name, user principal name, upn name, login id, screen name, account name, user handle, benutzername, nutzername,
      nombre usuario, nom utilisateur, nome utente, gebruikersnaam, identifiant connexion, usuario, logon name`),
    phrasesIn: {
      person: list("login, handle, identifiant, uid, logon, nickname"),
      credential: list("login, userid"),
    },
  },
  {
    ...PII,
    name: "email",
    title: "e-mail addresses",
    level: "confidential",
    mask: "email",
    regulations: ["GDPR 4(1)", "HIPAA (F)", "NIST 800-122", "SOC 2 P"],
    phrases:
      list(`email, e mail, email address, email 1, email id, email recipient, mail id, email contact, work mail, e mail address, mail address, mailaddress, email id address,
      contact email, correo, correo electronico, courriel, adresse courriel, adresse mail, e mailadresse,
      emailadresse, endereco email, indirizzo email, posta elettronica, eposta, e posta, epost, e post, sahkoposti,
      邮箱, 电子邮件, メール, メールアドレス, почта, imail`),
    phrasesIn: { person: list("mail") },
    hints: list("mail, recipient, sender, from, to, reply to, cc, bcc"),
  },
  {
    ...PII,
    name: "phone",
    title: "phone numbers",
    level: "confidential",
    mask: "phone",
    regulations: ["GDPR 4(1)", "HIPAA (D)", "NIST 800-122"],
    shapes: TEXT_OR_NUMBER,
    phrases:
      list(`phone, phone number, phone no, ph number, contact phone, tel no, telephone, telephone no, mobile phone no, mob number,
      mobile tel, cell no, work phone, home phone, contact tel, whatsapp phone, telephone number, mobile phone, mobile number, cell phone,
      cell number, cellphone, msisdn, whatsapp, whatsapp number, sms number, contact number, daytime phone,
      evening phone, fax, fax number, telefax, telefono, telefone, telefon, telefonnummer, handy, handynummer,
      mobilnummer, mobilfunk, rufnummer, celular, movil, telefono movil, numero telefono, portable,
      numero de telephone, tel, tel number, cellulare, numero cellulare, telefoon, telefoonnummer, mobiel, puhelin,
      puhelinnumero, matkapuhelin, mobil, telefonszam, 手机, 手机号, 电话, 電話, 電話番号, телефон`),
    phrasesIn: {
      person: list(
        "mobile, cell, landline, contact no, contact number, pager, tel 1, home, extension phone, mob",
      ),
      organisation: list("mobile, cell, landline, contact no"),
      transaction: list("mobile, cell, contact no"),
      location: list("mobile, contact no"),
      communication: list("caller, callee, from number, to number, sender number, recipient number"),
    },
    hints: list("mobile, cell, caller, callee, from number, to number"),
  },
  {
    ...PII,
    name: "street_address",
    title: "street addresses",
    level: "confidential",
    mask: "full",
    regulations: ["GDPR 4(1)", "HIPAA (B)", "NIST 800-122"],
    phrases:
      list(`street, street address, address street, street 1, street 2, addr line, address text, full postal address, line one,
      line two, line three, house no, flat number, flat no, building number, unit number, room address, village address, street name, street number, house number, address line, address line 1,
      address line 2, address line 3, address 1, address 2, address 3, line 1, line 2, home address, postal address,
      mailing address, billing address, shipping address, delivery address, residential address, work address,
      full address, permanent address, current address, po box, apartment, apartment number, suite number, strasse,
      straße, hausnummer, anschrift, adresse postale, rue, adresse rue, direccion, calle, domicilio, endereco,
      logradouro, indirizzo, via civico, straat, straatnaam, huisnummer, ulica, adres, cim, osoite, gatuadress,
      gateadresse, 地址, 住所, адрес`),
    phrasesIn: {
      person: list("address, adresse, addr, domicile, residence, place of residence"),
      location: list("address, unit, suite, line 3, house, flat, apt, address full"),
      transaction: list("address, ship to, bill to, deliver to, ship address, bill address"),
      organisation: list("address"),
      insurance: list("address"),
      clinical: list("address, village, residence"),
    },
    hints: list("address, adresse, location"),
  },
  {
    ...PII,
    name: "postal_code",
    title: "postal codes",
    level: "confidential",
    mask: "partial",
    regulations: ["GDPR 4(1)", "HIPAA (B)", "NIST 800-122"],
    shapes: TEXT_OR_NUMBER,
    phrases:
      list(`zip, zip code, zip 4, zip no, postal cd, zip postal code, address zip, zip plus 4, postcode, post code, postal code, postal, plz, postleitzahl,
      codigo postal, code postal, cep, cap postale, codice postale, postnummer, postinumero, kod pocztowy, psc,
      iranyitoszam, eircode, pincode, 邮编, 郵便番号`),
    phrasesIn: { location: list("cap, pin code"), person: list("cap, pin code") },
  },
  {
    ...PII,
    name: "geo_coordinates",
    title: "places on the map",
    level: "confidential",
    mask: "bucket",
    regulations: ["GDPR 4(1)", "HIPAA (B)", "NIST 800-122"],
    shapes: [...TEXT_OR_NUMBER, "geometry"],
    phrases:
      list(`home latitude, home longitude, home location, last known location, gps position, gps coordinates,
      last location, current location, user location, checkin location, gps location, pickup latitude, pickup longitude,
      dropoff latitude, dropoff longitude, delivery latitude, delivery longitude`),
    phrasesIn: {
      person: list("latitude, longitude, lat, lng, lon, long, coordinates, geo, geom, gps, location point"),
      device: list("latitude, longitude, lat, lng, lon, coordinates, geom, gps"),
      clinical: list("latitude, longitude, lat, lng, lon, coordinates, geom, gps"),
    },
  },
];
