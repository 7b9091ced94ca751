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
      list(`nicename, user nicename, nice name, username, user, user name, user nm, login user, login name, sam account name, user principal name, upn name, login id, screen name, user handle, benutzername, nutzername,
      nombre usuario, nom utilisateur, nome utente, gebruikersnaam, identifiant connexion, usuario, logon name`),
    phrasesIn: {
      person: list("account name, login, handle, identifiant, uid, logon, nickname"),
      credential: list("account name, login"),
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
      list(`normalised to, normalized to, eposta, e posta adresi, eposta adresi, sahkopostiosoite, email cim, e mail cim, epostadress, e postadress, elektronicka posta, el pasts, imeil, эл почта, электронная почта, 이메일, メールアドレス1, 電子メール, 邮件, 电子邮箱,
      email, e mail, email address, email 1, email id, email recipient, mail id, email contact, work mail, e mail address, mail address, mailaddress, email id address,
      contact email, correo, correo electronico, courriel, adresse courriel, adresse mail, e mailadresse,
      emailadresse, endereco email, indirizzo email, posta elettronica, eposta, e posta, epost, e post, sahkoposti,
      邮箱, 电子邮件, メール, メールアドレス, почта, imail`),
    phrasesIn: {
      person: list("mail"),
      communication: list("sender address, recipient address, from address, to address, reply address"),
    },
    hints: list("mail, recipient, sender, from, to, reply to, cc, bcc"),
  },
  {
    ...PII,
    name: "phone",
    title: "phone numbers",
    leastDigits: 6,
    level: "confidential",
    mask: "phone",
    regulations: ["GDPR 4(1)", "HIPAA (D)", "NIST 800-122"],
    shapes: TEXT_OR_NUMBER,
    phrases:
      list(`telefon numarasi, cep telefonu, cep tel, gsm, gsm no, puhelinnro, kannykka, mobiltelefon, mobiltelefonszam, telefonni cislo, mobilni telefon, telefonne cislo, numer telefonu, komorka, мобильный телефон, номер телефона, 전화번호, 휴대폰, 携帯電話, 携帯番号, 联系电话, 手机号码, 固定电话, denwa,
      phone, phone number, phone no, ph number, contact phone, tel no, telephone, telephone no, mobile phone no, mob number,
      mobile tel, cell no, work phone, home phone, contact tel, whatsapp phone, telephone number, mobile phone, mobile number, cell phone,
      cell number, cellphone, msisdn, whatsapp, whatsapp number, sms number, contact number, daytime phone,
      evening phone, fax, fax number, telefax, telefono, telefone, telefon, telefonnummer, handy, handynummer,
      mobilnummer, mobilfunk, rufnummer, celular, movil, telefono movil, numero telefono, portable,
      numero de telephone, tel, tel number, cellulare, numero cellulare, telefoon, telefoonnummer, mobiel, puhelin,
      puhelinnumero, matkapuhelin, mobil, telefonszam, 手机, 手机号, 电话, 電話, 電話番号, телефон`),
    phrasesIn: {
      person: list(
        "telecom, telecom value, mobile, cell, landline, contact no, contact number, pager, tel 1, extension phone, mob",
      ),
      organisation: list("mobile, cell, landline, contact no"),
      transaction: list("mobile, cell, contact no"),
      location: list("mobile, contact no"),
      communication: list(
        "user number, sms number from, caller, callee, from number, to number, sender number, recipient number",
      ),
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
      list(`$somebody address, address of $somebody, place of residence, sokak, cadde, acik adres, ev adresi, katuosoite, kotiosoite, utca, lakcim, hazszam, utca hazszam, gata, gatunamn, hemadress, vej, vejnavn, husnummer, gate, gatenavn, ulice, cislo popisne, adresa, bydliste, ulica cislo, улица, дом, квартира, адрес проживания, 주소, 상세주소, 住所1, 住所2, 番地, 详细地址, 家庭住址, 收货地址, jusho,
      street, street address, address street, street 1, street 2, addr line, address text, full postal address, line one,
      line two, line three, house no, flat number, flat no, building number, room address, village address, street name, street number, house number, address line, address line 1,
      address line 2, address line 3, address 1, address 2, address 3, additional address, address complement, complement adresse, home address, postal address,
      mailing address, billing address, shipping address, delivery address, residential address, work address,
      full address, permanent address, current address, po box, apartment, apartment number, suite number, strasse,
      straße, hausnummer, anschrift, adresse postale, rue, adresse rue, direccion, calle, domicilio, endereco,
      logradouro, indirizzo, via civico, straat, straatnaam, huisnummer, ulica, adres, cim, osoite, gatuadress,
      gateadresse, 地址, 住所, адрес`),
    phrasesIn: {
      person: list(
        "line 1, line 2, unit number, address, adresse, addr, domicile, residence, place of residence",
      ),
      organisation: list("line 1, line 2"),
      payment: list("line 1, line 2"),
      employee: list("line 1, line 2, unit number"),
      location: list(
        "line 1, line 2, unit number, address, unit, suite, line 3, house, flat, apt, address full",
      ),
      transaction: list(
        "line 1, line 2, unit number, address, ship to, bill to, deliver to, ship address, bill address",
      ),
      insurance: list("line 1, line 2, address"),
      clinical: list("line 1, line 2, unit number, address, village, residence"),
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
      list(`posta kodu, postakodu, iranyitoszam, postinro, postnr, smerovacie cislo, postovni smerovaci cislo, индекс, почтовый индекс, 우편번호, 邮政编码, yubin,
      zip, zip code, zip 4, zip no, postal cd, zip postal code, address zip, zip plus 4, postcode, post code, postal code, postal, plz, postleitzahl,
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
