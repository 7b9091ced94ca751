import { type InfoType, list } from "./infoType.ts";

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

/** A word as short as this may mean something else in another language: it counts in tables about people. */
const SHORT = 5;

/** A type with what further languages call it. */
export function inFurtherLanguages(type: InfoType): InfoType {
  const phrases = PHRASES.get(type.name);
  if (phrases === undefined) return type;
  const isShort = (phrase: string): boolean => phrase.length <= SHORT;
  return {
    ...type,
    phrases: [...type.phrases, ...phrases.filter((phrase) => !isShort(phrase))],
    phrasesIn: {
      ...type.phrasesIn,
      person: [...(type.phrasesIn?.person ?? []), ...phrases.filter(isShort)],
    },
  };
}

/** Words for people in tables' names, in the same languages. */
export const FURTHER_PERSON_NOUNS: readonly string[] = list(
  `clienti, utilizatori, utilizator, angajat, angajati, pacienti, elevi, kupac, kupci, korisnik, korisnici, zaposlenik, zaposlenici,
  zaposleni, pacijent, pacijenti, bolesnik, ucenik, ucenici, osobe, stranka, stranke, uporabnik, uporabniki, pelanggan, pengguna, karyawan,
  pegawai, pasien, siswa, mahasiswa, khach hang, nhan vien, nguoi dung, benh nhan, pelatis, pelates, ypallilos, asthenis, klients, klienti,
  lietotajs, lietotaji, darbinieks, darbinieki, klientas, klientai, vartotojas, vartotojai, darbuotojas, darbuotojai, klient, kasutaja,
  tootaja, tootajad, patsient, sluzhitel, potrebitel, wateja, mteja, mfanyakazi, mgonjwa`,
).filter((word) => !word.includes(" "));
