import { type InfoType, list, TABLE_CONTEXTS, type TableContext } from "./infoType.ts";
import { chinese } from "./languages/chinese.ts";
import { czech } from "./languages/czech.ts";
import { dutch } from "./languages/dutch.ts";
import { french } from "./languages/french.ts";
import { german } from "./languages/german.ts";
import { italian } from "./languages/italian.ts";
import { japanese } from "./languages/japanese.ts";
import type { Language } from "./languages/language.ts";
import { nordic } from "./languages/nordic.ts";
import { polish } from "./languages/polish.ts";
import { portuguese } from "./languages/portuguese.ts";
import { russian } from "./languages/russian.ts";
import { spanish } from "./languages/spanish.ts";
import { turkish } from "./languages/turkish.ts";

const LANGUAGES: readonly Language[] = [
  french,
  spanish,
  portuguese,
  german,
  italian,
  dutch,
  polish,
  nordic,
  turkish,
  czech,
  russian,
  japanese,
  chinese,
];

/**
 * What developers of further languages call the commonest facts about people, as identifiers have it: without
 * accents, in Latin letters. By info type.
 */
const PHRASES: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    person_name: `nume complet, nume si prenume, puno ime, ime i prezime, ime in priimek, ime prezime, polno ime, nama lengkap,
      ho ten, ho va ten, onomateponymo, povne imia, pilns vards, vards uzvards, vardas pavarde, taisnimi, jina kamili,
      buong pangalan, ime i familia, teljes nev, cele jmeno`,
    given_name: `prenumele, nume mic, ime, ime osobe, krsno ime, lastno ime, osebno ime, nama depan, nama pertama, ten goi,
      mikro onoma, vards, vardas, eesnimi, jina la kwanza, unang pangalan, sobstveno ime, imia`,
    family_name: `nume familie, nume de familie, numele, prezime, priimek, nama belakang, nama keluarga, nama akhir, ho dem,
      eponymo, uzvards, pavarde, perekonnanimi, jina la ukoo, apelyido, familno ime, prizvyshche, prizvysko`,
    phone: `numar telefon, numar de telefon, nr telefon, mobitel, broj mobitela, broj telefona, telefonski broj, telefonska stevilka,
      mobilni, nomor telepon, nomor hp, no hp, no telp, telepon, so dien thoai, dien thoai, tilefono, kinito, talrunis,
      talruna numurs, telefono numeris, telefoninumber, namba ya simu, telefonen nomer, nomer telefonu`,
    email: `adresa email, adresa de email, adresa e poste, alamat email, surel, dia chi email, epasts, el pasta, barua pepe,
      imejl, imejl adresa, elektronska posta`,
    birth_date: `data nasterii, data de nastere, datum rodjenja, datum rodenja, datum rojstva, datum na razhdane, tanggal lahir,
      tgl lahir, ngay sinh, imerominia gennisis, dzimsanas datums, gimimo data, sunniaeg, sunnikuupaev,
      tarehe ya kuzaliwa, petsa ng kapanganakan, data narodzhennia`,
    street_address: `strada, adresa, adresa stanovanja, adresa de domiciliu, adresa domiciliu, ulica i broj, kucni broj, naslov bivalisca,
      alamat, alamat rumah, dia chi, dieuthynsi, odos, adrese, iela, adresas, gatve, aadress, tanav, anwani, vulytsia,
      tirahan`,
    postal_code: `cod postal, postanski broj, postna stevilka, kode pos, kodepos, ma buu dien, ma buu chinh, tachydromikos kodikas, pasta indekss,
      pasto kodas, postiindeks, poshtenski kod, poshtovyi indeks, msimbo wa posta`,
    gender: `gen, sexul, spol, pol, jenis kelamin, gioi tinh, fylo, dzimums, lytis, sugu, stat osoby, kasarian, jinsia`,
    compensation: `salariu, salariul, placa, plata, neto placa, bruto placa, gaji, gaji pokok, luong, misthos, alga, atlyginimas, palk,
      mshahara, sahod, zaplata, zarplata`,
    marital_status: `stare civila, bracno stanje, bracni status, zakonski stan, status pernikahan, status perkawinan,
      tinh trang hon nhan, gimeno statusas, seimyninis statusas`,
    nationality: `cetatenie, nationalitate, drzavljanstvo, kewarganegaraan, quoc tich, ithageneia, pilsoniba, pilietybe,
      kodakondsus`,
    password:
      "parola, lozinka, geslo, kata sandi, sandi, mat khau, kodikos prosvasis, slaptazodis, salasona, nenosiri",
    username:
      "nume utilizator, korisnicko ime, uporabnisko ime, nama pengguna, ten dang nhap, lietotajvards, kasutajanimi",
    national_id: `cod numeric personal, maticni broj, jmbg, emso, nomor induk kependudukan, nik, nomor ktp, no ktp, so cmnd, so cccd,
      can cuoc cong dan, personas kods, asmens kodas, isikukood, egn, edinen grazhdanski nomer, kitambulisho`,
    passport_number:
      "numar pasaport, broj putovnice, broj pasosa, nomor paspor, so ho chieu, pases numurs, paso numeris, passi number",
  }).map(([type, phrases]) => [type, list(phrases)]),
);

/** A word as short as this may mean something else in another language: it counts where its fact belongs. */
const SHORT = 5;

/** A type with what further languages call it. */
export function inFurtherLanguages(type: InfoType): InfoType {
  const anywhere = [
    ...(PHRASES.get(type.name) ?? []),
    ...LANGUAGES.flatMap((language) => inLetters(language.anywhere[type.name])),
  ];
  const isShort = (phrase: string): boolean => phrase.length <= SHORT;
  const short = anywhere.filter(isShort);
  const home = homeOf(type);
  const phrasesIn = Object.fromEntries(
    TABLE_CONTEXTS.map((context) => [
      context,
      [
        ...(type.phrasesIn?.[context] ?? []),
        ...(home.includes(context) ? short : []),
        ...LANGUAGES.flatMap((language) => inLetters(language.within[context]?.[type.name])),
      ],
    ]).filter(([, phrases]) => phrases !== undefined && phrases.length > 0),
  );
  return {
    ...type,
    phrases: [...type.phrases, ...anywhere.filter((phrase) => !isShort(phrase))],
    phrasesIn,
  };
}

/** Tables in which facts of a kind are looked for. */
function homeOf({ category }: InfoType): readonly TableContext[] {
  if (category === "PHI") return ["person", "clinical"];
  if (category === "credential") return ["person", "credential"];
  if (category === "business") return ["product", "transaction"];
  return ["person"];
}

/** Phrases in the letters identifiers are written in: `ä` is found as `a` anyway, and as `ae` by this. */
const inLetters = (phrases: string | undefined): readonly string[] =>
  phrases === undefined
    ? []
    : list(phrases).flatMap((phrase) => {
        const spelled = phrase.replace(/[äöüßåøæ]/g, (letter) => SPELLED[letter] ?? letter);
        return spelled === phrase ? [phrase] : [phrase, spelled];
      });

const SPELLED: Readonly<Record<string, string>> = {
  ä: "ae",
  ö: "oe",
  ü: "ue",
  ß: "ss",
  å: "aa",
  ø: "oe",
  æ: "ae",
};

/** Words behind a phone, an address or pay that say which of them it is. */
export const WHICH_ONE: readonly string[] = LANGUAGES.flatMap((language) => inLetters(language.behind));

/** Words for people who are cared for, taught, insured or held. */
export const CARED_FOR: readonly string[] = LANGUAGES.flatMap((language) => nouns(language, language.cared));

/** What further languages call tables about something. */
export const tableNounsOf = (context: TableContext): readonly string[] =>
  LANGUAGES.flatMap((language) => nouns(language, language.tables[context]));

/** Nouns with their plurals. */
function nouns({ plurals = [] }: Language, text: string | undefined): readonly string[] {
  return inLetters(text).flatMap((noun) => [
    noun,
    ...plurals.filter(([end]) => end.test(noun)).map(([end, ending]) => noun.replace(end, ending)),
  ]);
}

/** Words for people in tables' names, in the same languages. */
export const FURTHER_PERSON_NOUNS: readonly string[] = [
  ...LANGUAGES.flatMap((language) => nouns(language, language.people)),
  ...list(
    `clienti, utilizatori, utilizator, angajat, angajati, pacienti, elevi, kupac, kupci, korisnik, korisnici, zaposlenik, zaposlenici,
  zaposleni, pacijent, pacijenti, bolesnik, ucenik, ucenici, osobe, stranka, stranke, uporabnik, uporabniki, pelanggan, pengguna, karyawan,
  pegawai, pasien, siswa, mahasiswa, khach hang, nhan vien, nguoi dung, benh nhan, pelatis, pelates, ypallilos, asthenis, klients, klienti,
  lietotajs, lietotaji, darbinieks, darbinieki, klientas, klientai, vartotojas, vartotojai, darbuotojas, darbuotojai, klient, kasutaja,
  tootaja, tootajad, patsient, sluzhitel, potrebitel, wateja, mteja, mfanyakazi, mgonjwa`,
  ).filter((word) => !word.includes(" ")),
];
