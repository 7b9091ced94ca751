import { type InfoType, list, TEXT } from "./infoType.ts";

const PII = { category: "PII", shapes: TEXT } as const;
const NAMES = ["GDPR 4(1)", "HIPAA (A)", "NIST 800-122"];

/** What people are called. */
export const names: readonly InfoType[] = [
  {
    ...PII,
    name: "person_name",
    title: "names of people",
    level: "confidential",
    mask: "initials",
    regulations: NAMES,
    phrases:
      list(`complete name, sort name, spouse complete name, counterparty name, counterparty, remitter name, banking name, payee name, full legal name, adi soyadi, isim soyisim, ad soyisim, cele jmeno, meno a priezvisko, koko nimi, teljes nev, navn og efternavn, фио, полное имя, 성명, 이름, 名前, 姓名全称, 联系人, 収件人, 收件人, shimei, namae, musteri adi, hasta adi,
      full name, contact name, real name, legal name, person name, $person name,
      $person full name, $somebody, name of $person, contact person, next of kin, next of kin name,
      case manager, case worker, social worker, care coordinator, care manager, support worker, key worker, line manager,
      hiring manager, primary care physician, primary care provider, primary care doctor, family doctor, family physician,
      hearing officer, parole officer, arresting officer, investigating officer, welfare officer, loan officer, case officer, probation officer, point of contact, driver full name,
      ship to name, bill to name, consignee, consignee name, deliver to name, attention to, careof, care of, emergency contact, emergency contact name, recipient name,
      sender name, shipping name, billing name, signed by name, signatory, nombre completo, nombre y apellidos,
      nombre $person, nom complet, nom prenom, nom $person, nome completo, nome $person, nome e cognome,
      vollname, vollstandiger name, volledige naam, naam $person, nazwisko i imie, imie i nazwisko, 姓名, 氏名,
      ime i prezime, celé jméno, jmeno a prijmeni, fullt namn, fullstendig navn, ad soyad, fio`),
    phrasesIn: {
      person: list(
        "display name, name, nombre, nom, nome, naam, namn, navn, jmeno, nev, nimi, isim, ad, име, имя, pcp, signed by, entered by, completed by, witnessed by, interviewed by, assessed by, seen by, referred by, administered by, recorded by, requested by, reported by, reviewed by, handled by, assigned to, approved by, represented by, party name",
      ),
      clinical: list(
        "physician, attending physician, referring physician, performed by, prescribed by, prescriber, pcp, provider name, ordering provider, rendering provider, attending provider, referring provider, attending, signed by, entered by, completed by, witnessed by, interviewed by, assessed by, examined by, seen by, referred by, administered by, ordered by, recorded by, requested by, reported by, reviewed by, dispensed by, collected by",
      ),
      communication: list(
        "author, sender, recipient, from name, to name, requester, reporter, assignee, display name, contact",
      ),
      transaction: list("ship name, recipient, contact, receiver, signer, sold to, name, $person"),
      organisation: list("contact, owner, director, manager, representative, signatory"),
      payment: list("payer, recipient, account name, sender"),
      insurance: list("dependent, subscriber, member, relative, pcp"),
      dossier: list(
        "signed by, entered by, completed by, witnessed by, interviewed by, assessed by, examined by, seen by, referred by, administered by, recorded by, requested by, reported by, reviewed by, handled by",
      ),
    },
    hints: list(
      "name, display name, contact, author, owner, sender, recipient, responsible, assignee, attn, attention",
    ),
  },
  {
    ...PII,
    name: "given_name",
    title: "given names",
    level: "confidential",
    mask: "initials",
    regulations: NAMES,
    phrases: list(`isim, jmeno, krstni, meno, keresztnev, utonev, fornamn, imya, имя, 이름명, mei, first kana,
      first name, given name, forename, christian name, first names, given names, preferred name,
      called name, calling name, chosen name, name first, name given, seg nombre, pri nombre, f name, first nm, frst nm, fore names, legal first name, preferred first name, prenom, prenoms, vorname, rufname, primer nombre, segundo nombre, nombre de pila,
      primeiro nome, nome proprio, voornaam, fornavn, fornamn, imie, imiona, krestni jmeno, keresztnev, etunimi,
      prenume, kana 01, first name kana, given name kana, 名`),
    phrasesIn: { person: list("first, given, middle initial, nombre 1, name 2, kana, fnm") },
  },
  {
    ...PII,
    name: "family_name",
    title: "family names",
    level: "confidential",
    mask: "initials",
    regulations: NAMES,
    phrases: list(`soyadi, soyisim, prijmeni, vezeteknev, csaladnev, familiya, фамилия, 성, sei, last kana,
      last name, surname, sur name, family name, last names, l name, last nm, second surname, legal last name, previous last name,
      birth surname, name last, name family, apellido, apellidos, primer apellido,
      segundo apellido, pri apellido, seg apellido, apellido paterno, apellido materno, nom de famille, nom famille, nachname, familienname,
      zuname, sobrenome, ultimo nome, cognome, achternaam, etternavn, efternavn, efternamn, nazwisko, prijmeni,
      priezvisko, vezeteknev, sukunimi, nume de familie, prezime, soyad, soyadi, kana 02, family name kana, 姓`),
    phrasesIn: { person: list("last, family, name 1, lnm") },
  },
  {
    ...PII,
    name: "other_name",
    title: "middle, birth and other names",
    level: "confidential",
    mask: "initials",
    regulations: NAMES,
    phrases:
      list(`otchestvo, отчество, anne adi, baba adi, anne kizlik soyadi, anyja neve, leanykori nev, rodne prijmeni, nombre de la madre, nombre del padre, apellido de soltera, geboren,
      middle name, middle initial, middle names, m name, middle nm, maiden name, birth name, name at birth, previous name,
      previous names, known as, other name, other names, alternate name, nick, former name, nickname, nick name, alias name,
      nom de naissance, nom de jeune fille, geburtsname, spitzname, mothers name, fathers name, mother name,
      father name, father first name, mother first name, spouse name, child name, husband name, wife name,
      suffix name, name suffix, nombre padre, nombre madre`),
    phrasesIn: { person: list("partner name, alias") },
  },
];
