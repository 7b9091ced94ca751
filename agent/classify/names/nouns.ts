import { list, type TableContext } from "../taxonomy/infoType.ts";
import { FURTHER_PERSON_NOUNS } from "../taxonomy/languages.ts";

/** Words that stand for a person wherever they appear. Singular, without accents. */
export const STRONG_PERSON_NOUNS: ReadonlySet<string> = new Set([
  ...FURTHER_PERSON_NOUNS,
  ...list(`customer, user, person, people, employee, staff, patient, student, pupil, teacher, professor, doctor, physician, nurse,
    practitioner, clinician, therapist, applicant, candidate, passenger, resident, citizen, voter, borrower, debtor,
    beneficiary, donor, attendee, guardian, mother, father, spouse, husband, wife, buyer, shopper, payee,
    cardholder, policyholder, insured, claimant, landlord, headteacher, referee, patron, taxpayer, accountant, lawyer, attorney, respondent, victim, suspect,
    offender, prisoner, defendant, plaintiff, witness, traveler, traveller, freelancer, instructor, caregiver, sibling, trainee,
    mentor, mentee, learner, nominee, jobseeker, appellant, complainant, petitioner, registrant, carer, caseworker, inspector,
    investigator, assessor, examiner, pharmacist, paramedic, inmate, detainee, arrestee, parolee, refugee, enrollee, annuitant, decedent, juror, litigant, psychologist, psychiatrist, interviewer, salesperson, cashier,
    receptionist, tutor, surgeon, dentist, midwife, prescriber, referrer, householder, veteran, pensioner,
    volunteer, sponsor, counselor, counsellor, interviewer, interviewee, babysitter, nanny, personnel,
    cliente, usuario, persona, empleado, paciente, alumno, estudiante, kunde, kundin, benutzer, nutzer, mitarbeiter,
    angestellter, personne, employe, utilisateur, salarie, klant, medewerker, gebruiker, persoon, pessoa, funcionario,
    colaborador, aluno, utente, dipendente, paziente, studente, klient, pracownik, uzytkownik, osoba, pacjent, zakaznik,
    zamestnanec, kund, anvandare, ansatt, bruker, pasient, musteri, kullanici, calisan, hasta, asiakas, asiakkaat, potilas, potilaat, tyontekija, tyontekijat, musteriler, calisanlar, hastalar, kullanicilar, ogrenci,
    ugyfel, ugyfelek, beteg, betegek, dolgozo, dolgozok, felhasznalo, tanulo, munkavallalo, zakaznici, pacienti, uzivatel, uzivatele,
    klienci, pracownicy, pacjenci, uzytkownicy, kunder, anvandarna, anstalld, anstallda, patienter, medarbetare, brukere,
    pasienter, ansatte, medarbejder, medarbejdere, elev, elever, клиент, клиенты, пациент, пациенты, сотрудник, сотрудники, 고객, 회원, 사용자, 직원, 환자,
    会员, 用户, 客户, 员工, 患者, 学生, 顧客, 社員, 従業員, 利用者`),
]);

/** Words that may stand for a person, a program or a relation between records: a table needs other signs too. */
const WEAK_PERSON_NOUNS: ReadonlySet<string> = new Set(
  list(`client, member, contact, worker, guest, visitor, subscriber, driver, participant, player, individual, lead,
    prospect, parent, dependent, seller, recipient, payer, manager, supervisor, author, reviewer, signer, signatory,
    contractor, relative, child, representative, owner, subject, coach, speaker, creator, sender, receiver, holder, requester, requestor, reporter, assignee,
    approver, tenant, partner, account, officer, crew, heir, trustee, director, reserver, renter, lessee, lessor, occupant, invitee, booker, organiser, organizer,
    preparer, originator, recruiter, remitter, underwriter, adjuster, adviser, advisor, consultant, submitter,
    proposer, notary, judge, magistrate, bailiff, clerk, detective, lecturer, chairperson`),
);

/** Words for a person; `$person` in a phrase stands for any of them. */
export const PERSON_NOUNS: ReadonlySet<string> = new Set([...STRONG_PERSON_NOUNS, ...WEAK_PERSON_NOUNS]);

/** Words for things that have names of their own; `$thing` in a phrase. */
export const THING_NOUNS: ReadonlySet<string> = new Set(
  list(`product, item, category, tag, role, group, team, department, project, campaign, event, task, job, queue, file,
    folder, document, report, template, page, site, app, application, service, server, host, database, table, column,
    field, key, index, view, metric, sensor, device, machine, printer, model, brand, vendor, supplier, company,
    organisation, organization, school, course, subject, class, book, film, movie, song, album, track,
    game, level, map, region, country, city, state, province, county, district, station, airport, port,
    warehouse, store, shop, branch, bank, hotel, room, venue, restaurant, menu, dish, recipe, ingredient, plan, package,
    feature, module, plugin, theme, layout, unit, currency, language, status, type, method, rule, policy, workflow,
    pipeline, stage, step, action, permission, scope, token, secret, certificate, image, video, playlist, channel, topic,
    drug, test, procedure, specialty, ward, hospital, clinic, segment, list, board, sprint, repository, cluster, node,
    process, program, programme, form, question, option, attribute, property, parameter, variable, setting, profile,
    source, target, schema, function, trigger, artifact, build, release, environment, cohort, qualification, trust,
    framework, batch, part, component, asset, vehicle, location, zone, area, territory, agency, office, facility,
    fund, account, budget, contract, scheme, grant, vaccine, medicine, parameter, dataset, experiment, screen, widget, icon`),
);

/** Last words of a table's name that say nothing of what it is about: the word before them does. */
export const TABLE_NOISE: ReadonlySet<string> = new Set(
  list(`data, info, information, detail, record, list, table, master, mst, mstr, history, hist, archive, archived, backup, bak,
    old, new, tmp, temp, entry, row, snapshot, staging, stage, import, export, main, base, all, current, copy, view, full,
    basic, extended, ext, additional, extra, raw, clean, version, audit, log, change, draft, legacy, unmatched, pending`),
);

/** Last words of a table's name by which it holds kinds, settings or ties, whatever stands before them. */
export const LOOKUP_NOUNS: ReadonlySet<string> = new Set(
  list(`type, class, kind, category, group, role, permission, privilege, right, status, state, setting, preference, pref,
    option, config, configuration, template, tag, label, lookup, enum, code, rule, level, map, mapping, scope, flag, property,
    counter, count, statistic, stat, metric, quota, limit, tier, segment, sequence, migration, constraint, format,
    definition, badge, reason, source, priority, series, standard, unit, currency, tally`),
);

/** What a table is about, by the nouns in its name. */
export const TABLE_NOUNS: Readonly<Record<TableContext, ReadonlySet<string>>> = {
  person: new Set([...PERSON_NOUNS, ...list("profile, personal, demographic, identity, principal")]),
  employee: new Set(
    list(`employee, staff, payroll, salary, payslip, compensation, personnel, hr, empleado, mitarbeiter,
      nomina, gehalt, funcionario, medewerker, dipendente, pracownik, employment, bonus, timesheet, wage, remuneration`),
  ),
  clinical: new Set(
    list(`measurement, exposure, patient, encounter, medical, clinical, clinic, diagnosis, prescription, medication, lab, laboratory, observation,
      allergy, immunization, immunisation, vaccination, hospital, health, treatment, therapy, vital, symptom, admission,
      surgery, paciente, patienten, ehr, emr, hl, fhir, radiology, pathology, anamnesis, disease, specimen,
      discharge, appointment, consultation, triage, pregnancy, antenatal, maternity, oncology, dental, ward,
      referral, procedure, condition, dispensing, pharmacy, vaccine, drug, hiv, tb, covid, obs, visit`),
  ),
  insurance: new Set(
    list("insurance, policy, coverage, claim, insured, policyholder, beneficiary, premium, enrollment"),
  ),
  organisation: new Set(
    list(`company, organisation, organization, vendor, supplier, manufacturer, merchant, department, store, shop,
      branch, school, university, agency, team, business, firm, institution, brand, publisher, office, employer,
      club, association, division, empresa, firma, unternehmen, entreprise, proveedor, lieferant, fournisseur, warehouse,
      facility, hospital, clinic, bank, tenant, workspace, provider, trust, council, authority, charity, dealer`),
  ),
  premises: new Set(
    list(`place, poi, amenity, warehouse, store, shop, branch, facility, site, office, depot, station, airport, port, venue, hotel, restaurant,
      building, plant, factory, school, university, college, hospital, clinic, pharmacy, court, library, museum, park, stadium,
      dealership, outlet, terminal, hub, center, centre, laboratory, almacen, tienda, sucursal, filiale, lager, magasin,
      entrepot, magazzino, negozio, loja, winkel, skola, headquarters, yard, dock, gym, theater, theatre, cinema, stop, halt,
      arret, haltestelle, parada, lieu, lieux, lugar`),
  ),
  payment: new Set(
    list(`payment, card, credit, billing, bank, payout, wallet, debit, mandate, transfer, pago, zahlung, paiement,
      pagamento, betaling, tarjeta, remittance, sepa`),
  ),
  card: new Set(),
  transaction: new Set(
    list(`order, purchase, sale, cart, basket, invoice, shipment, delivery, booking, reservation, refund, return,
      subscription, checkout, quote, deal, fulfillment, pedido, bestellung, commande, factura, rechnung, rental,
      trip, ride, transaction`),
  ),
  product: new Set(
    list(`product, item, catalog, catalogue, inventory, sku, category, menu, recipe, article, book, film, movie, track,
      album, song, game, course, part, asset, stock, variant, collection, genre, producto, produkt, artikel, produit,
      prodotto, plant, ingredient, material, model, listing, promotion, coupon, discount, vaccine, drug, medicine`),
  ),
  communication: new Set(
    list(`ticket, message, mail, email, chat, conversation, comment, review, feedback, note, support, call, sms, letter,
      thread, inbox, reply, correspondence, complaint, inquiry, enquiry, survey, response, testimonial, dm, mensaje,
      nachricht, post`),
  ),
  location: new Set(
    list(
      "municipio, municipality, commune, gemeinde, osm, geoname, gazetteer, address, location, place, site, venue, room, ward, building, bed, floor, direccion, adresse, anschrift, endereco, indirizzo, residence, addressbook, domicile",
    ),
  ),
  credential: new Set(
    list(`key, token, secret, credential, session, oauth, password, login, integration, webhook, auth, authentication,
      api, certificate, vault, mfa, otp, sso`),
  ),
  device: new Set(
    list(
      "device, sensor, machine, vehicle, car, meter, handset, terminal, tracker, telemetry, reading, equipment, gateway, beacon, actuator, controller, plc, firmware, datapoint, timeseries",
    ),
  ),
  infrastructure: new Set(
    list(`host, server, node, interface, network, subnet, router, switch, proxy, vm, container, pod, cluster, dns, dhcp,
      pool, gateway, vlan, lan, hypervisor, endpoint, nameserver, firewall, port, machine, agent, instance, mount, disk,
      volume, datacenter, rack, appliance, printer, device, sensor, ip, ipv, snmp, poller, monitor, check, probe, service,
      discovery, dhistory, dcheck, domain, zone, lease, reservation, hypervisor, worker, runner, image, asset, equipment,
      prefix, vrf, asn, aggregate, bgp, ospf, rib, fib, arp, acl, nat, zone`),
  ),
  reference: new Set(
    list(`country, currency, language, timezone, unit, lookup, type, status, code, enum, region, city, state, province, role,
      permission, holiday, exchange, rate, tax, zone, dictionary, glossary, taxonomy, nationality, religion, ethnicity,
      gender, icd, icpc, loinc, snomed, atc, cpt, hcpcs, rxnorm, terminology, concept, codelist, nomenclature`),
  ),
  technical: new Set(
    list(`log, event, audit, metric, job, queue, task, migration, schema, setting, config, configuration, feature, flag,
      cache, version, build, deployment, release, pipeline, run, artifact, alert, incident, trace, span, index, partition,
      checkpoint, lock, cron, schedule, test, benchmark, host, server, cluster, node, container, pod, image,
      repository, commit, branch, file, attachment, blob, upload, preference, option, parameter, history, archive, backup,
      outbox, notification, template, experiment, report, dashboard, chart, graph, widget, plugin, module, extension, package, dependency, script, command, monitor`),
  ),
  organism: new Set(
    list(`accession, livestock, animal, cattle, herd, flock, breed, breeding, crop, species, cultivar, seed, tree, sapling, germplasm, plasmid, strain, gene, protein, genome, transcript, exon,
      taxon, vieh, ganado, betail`),
  ),
  // Whose keys rows hold says more of these than a noun does: see tableKinds.ts.
  dossier: new Set(
    list(`hearing, interview, grievance, disciplinary, casework, caseload, safeguarding, probation, parole, custody, adoption,
      welfare, counselling, counseling, intake, asylum, kyc`),
  ),
  grant: new Set(),
  vehicle: new Set(
    list("vehicle, car, parking, automobile, motorcycle, truck, toll, towing, fahrzeug, vehiculo, vehicule"),
  ),
  vacancy: new Set(
    list("vacancy, opening, advert, advertisement, posting, vacature, stellenangebot, vacante"),
  ),
  software: new Set(list("package, dependency, library, crate, gem, repository, repo, submodule, sbom")),
};
