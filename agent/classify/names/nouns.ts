import { list, type TableContext } from "../taxonomy/infoType.ts";

/** Words for a person; `$person` in a phrase stands for any of them. Singular, without accents. */
export const PERSON_NOUNS: ReadonlySet<string> = new Set(
  list(`customer, client, user, person, people, member, contact, employee, staff, worker, patient, student, pupil,
    teacher, professor, doctor, physician, nurse, practitioner, clinician, therapist, applicant, candidate, guest, visitor,
    subscriber, passenger, driver, resident, citizen, voter, borrower, debtor, beneficiary, donor, participant, player,
    individual, lead, prospect, attendee, guardian, parent, mother, father, dependent, spouse, buyer, seller, shopper,
    recipient, payer, payee, cardholder, policyholder, insured, claimant, tenant person, landlord, manager,
    supervisor, accountant, lawyer, attorney, respondent, victim, suspect, author, reviewer, signer, signatory, traveler,
    traveller, freelancer, contractor, instructor, caregiver, relative, child, sibling, representative, agent person,
    cliente, usuario, persona, empleado, paciente, alumno, estudiante, kunde, kundin, benutzer, nutzer, mitarbeiter,
    angestellter, personne, employe, utilisateur, salarie, klant, medewerker, gebruiker, persoon, pessoa, funcionario,
    colaborador, aluno, utente, dipendente, paziente, studente, klient, pracownik, uzytkownik, osoba, pacjent, zakaznik,
    zamestnanec, kund, anvandare, ansatt, bruker, pasient, musteri, kullanici, calisan, hasta, asiakas, potilas`),
);

/** Words for things that have names of their own; `$thing` in a phrase. */
export const THING_NOUNS: ReadonlySet<string> = new Set(
  list(`product, item, category, tag, role, group, team, department, project, campaign, event, task, job, queue, file,
    folder, document, report, template, page, site, app, application, service, server, host, database, table, column,
    field, key, index, view, metric, sensor, device, machine, printer, model, brand, vendor, supplier, company,
    organisation, organization, school, course, subject, class, book, film, movie, song, album, track, artist group,
    game, level, map, region, country, city, state, province, county, district, street sign, station, airport, port,
    warehouse, store, shop, branch, bank, hotel, room, venue, restaurant, menu, dish, recipe, ingredient, plan, package,
    feature, module, plugin, theme, layout, unit, currency, language, status, type, method, rule, policy, workflow,
    pipeline, stage, step, action, permission, scope, token, secret, certificate, image, video, playlist, channel, topic,
    drug, test, procedure, specialty, ward, hospital, clinic, segment, list, board, sprint, repository, cluster, node`),
);

/** What a table is about, by the nouns in its name. */
export const TABLE_NOUNS: Readonly<Record<TableContext, ReadonlySet<string>>> = {
  person: new Set([
    ...PERSON_NOUNS,
    ...list("profile, crew, actor, director, account holder, personal, user profile"),
  ]),
  employee: new Set(
    list(`employee, staff, payroll, salary, payslip, compensation, personnel, worker, hr, human, empleado, mitarbeiter,
      nomina, gehalt, funcionario, medewerker, dipendente, pracownik, employment, bonus, timesheet`),
  ),
  clinical: new Set(
    list(`patient, encounter, medical, clinical, clinic, diagnosis, prescription, medication, lab, observation, allergy,
      immunization, vaccination, hospital, health, treatment, therapy, vital, symptom, admission, surgery, paciente, patienten,
      ehr, emr, hl, fhir, care, radiology, pathology, anamnesis, disease, specimen, discharge`),
  ),
  insurance: new Set(
    list("insurance, policy, coverage, claim, insured, policyholder, beneficiary, premium, enrollment"),
  ),
  organisation: new Set(
    list(`company, organisation, organization, vendor, supplier, manufacturer, partner, merchant, department, store, shop,
      branch, school, university, agency, team, business, firm, institution, brand, publisher, office, employer,
      club, association, division, empresa, firma, unternehmen, entreprise, proveedor, lieferant, fournisseur, warehouse,
      facility, hospital, clinic, bank, tenant, workspace`),
  ),
  payment: new Set(
    list(`payment, card, credit, billing, bank, payout, wallet, debit, mandate, transfer, pago, zahlung, paiement,
      pagamento, betaling, tarjeta, remittance, sepa`),
  ),
  transaction: new Set(
    list(`order, purchase, sale, cart, basket, invoice, shipment, delivery, booking, reservation, refund, return,
      subscription, checkout, quote, deal, fulfillment, line, pedido, bestellung, commande, factura, rechnung, rental,
      trip, ride, transaction`),
  ),
  product: new Set(
    list(`product, item, catalog, catalogue, inventory, sku, category, menu, recipe, article, book, film, movie, track,
      album, song, game, course, part, asset, stock, variant, collection, genre, producto, produkt, artikel, produit,
      prodotto, plant, ingredient, material, model, listing`),
  ),
  communication: new Set(
    list(`ticket, message, mail, email, chat, conversation, comment, review, feedback, note, support, call, sms, letter,
      thread, inbox, reply, correspondence, complaint, inquiry, enquiry, survey, response, testimonial, dm, mensaje,
      nachricht`),
  ),
  location: new Set(
    list(
      "address, location, place, site, venue, room, ward, building, bed, floor, direccion, adresse, anschrift, endereco, indirizzo, residence",
    ),
  ),
  credential: new Set(
    list(`key, token, secret, credential, session, oauth, password, login, integration, webhook, auth, authentication,
      identity, api, certificate, vault, mfa, otp, sso`),
  ),
  device: new Set(
    list("device, sensor, machine, vehicle, car, meter, handset, terminal, gateway, tracker, telemetry"),
  ),
  reference: new Set(
    list(`country, currency, language, timezone, unit, lookup, type, status, code, enum, region, city, state, province, role,
      permission, holiday, exchange, rate, tax, zone, dictionary, glossary, taxonomy`),
  ),
  technical: new Set(
    list(`log, event, audit, metric, job, queue, task, migration, schema, setting, config, configuration, feature, flag,
      cache, version, build, deployment, release, pipeline, run, artifact, alert, incident, trace, span, index, partition,
      checkpoint, lock, cron, schedule, worker process, test, benchmark, host, server, cluster, node, container, pod, image,
      repository, commit, branch, file, attachment, blob, upload, preference, option, parameter, history, archive, backup,
      outbox, notification, template, experiment`),
  ),
};
