import type { Level } from "../../../protocol/label.ts";
import { ANYTHING, type InfoType, list } from "./infoType.ts";

const ordinaryType = (
  name: string,
  title: string,
  phrases: string,
  level: Level = "public",
  phrasesIn: InfoType["phrasesIn"] = {},
): InfoType => ({
  name,
  title,
  category: "none",
  level,
  mask: "full",
  regulations: [],
  shapes: [...ANYTHING, "network"],
  phrases: list(phrases),
  phrasesIn,
});

/**
 * What names say is nothing to hide. The longer phrase wins, so `card type` and `file name` keep `card` and
 * `name` from being taken for people's.
 */
export const ordinary: readonly InfoType[] = [
  ordinaryType(
    "status",
    "states and stages",
    `status, state, stage, phase, condition state, status code, status text, status message, order state,
    payment status, error message text, err message text, error text, outcome, verdict, priority, severity, urgency, lifecycle, estado, zustand, statut, stato, etat`,
  ),
  ordinaryType(
    "category",
    "kinds and categories",
    `type, kind, category, class, group, subtype, subcategory, category name, type name, type code, segment, tier,
    grade, rank, rating, level, mode, role, role name, channel, source, medium, origin, reason code, scope, method,
    payment method, shipping method, card type, card brand, brand, card network, account type, phone type, address type,
    email type, token type, key type, contact type, document type, id type, license type, content type, mime type,
    media type, gender type, tag, tags, label, labels, flag, flags, department, department name, division, team,
    team name, cost center, topic, genre, tipo, typ, categoria, kategorie, categorie, clase, klasse, service,
    plan, plan name, plan type, specialty, speciality, specialization, visit type, appointment type, encounter type`,
    "public",
    // The terms a package is under go by short keys: `mit`.
    { software: list("license key, licence key") },
  ),
  ordinaryType(
    "code",
    "codes and references of things",
    `code, sku, sku code, product code, item code, item number, part number, article number, model number, model, serial,
    serial number, barcode, ean, upc, gtin, isbn, issn, asin, mpn, order number, order no, order ref, order reference,
    invoice number, invoice no, receipt number, ticket number, case number, tracking number, tracking code,
    shipment number, booking reference, confirmation number, reference, reference number, reference code, batch number,
    lot, bin, version, version number, revision, build, build number, release, commit, commit hash, commit sha, branch,
    tag name, coupon, coupon code, promo code, discount code, voucher, language, language code, locale, lang, currency,
    currency code, currency symbol, country code, country code alpha 2, iso code, iso 2, iso 3, state code, region code,
    province code, airport code, timezone, time zone, tz, unit, unit of measure, uom, color, colour, size, dimension,
    material, hs code, error code, exit code, http status, response code, hash, checksum, sha 256, sha 1, md 5, etag,
    digest algorithm, fingerprint sha 256, key fingerprint, certificate fingerprint, idempotency key, cache key, lock token, lease token, fencing token, page token, next page token, continuation token, sync token,
    sort key, primary key, foreign key, partition key, public key, public key pem, ssh public key, object key, s 3 key,
    storage key, bucket key, routing key, translation key, message key, setting key, config key, meta key, feature key,
    bucket salt, bucketing salt, rollout salt, library nickname, lib nickname, subfamily name, key name, token name, secret name, secret id, key id, token id, api version, academic year code, scenario code,
    postal code format, phone code, dial code, calling code, department code, cost code, gl account, account code,
    account class, codigo, codigo producto, referencia, artikelnummer, bestellnummer, rechnungsnummer, numero pedido`,
  ),
  ordinaryType(
    "thing_name",
    "names of things",
    `product name, item name, account name, partner name, $thing name, file name, filename, file path, path, host name, hostname, domain, domain name,
    table name, column name, schema name, database name, server name, service name, event name, job name, task name,
    queue name, index name, class name, function name, method name, field name, variable name, app name,
    application name, package name, module name, bucket name, region name, country name, country, currency name,
    language name, status name, state name, province name, project name, campaign name, company, company name,
    organisation name, organization name, organisation, organization, employer name, bank name, bank, vendor name,
    supplier name, manufacturer, manufacturer name, merchant, merchant name, brand name, store name, shop name, school name,
    hospital name, clinic name, branch name, warehouse name, room name, room, ward, building, building name, venue name,
    hotel name, restaurant name, course name, subject name, book title, film title, movie title, song title, track name,
    album title, title, headline, caption, slug, permalink, short name, common name, scientific name, generic name,
    trade name, business name, legal entity name, carrier, carrier name, airline, printer name, device name, sensor name,
    machine name, metric name, dashboard name, role title, rule name, policy name, action, action name, template name,
    template, layout, theme, icon, workflow name, nombre producto, produktname, nom produit, nome produto, razon social,
    raison sociale, firmenname, firma, empresa, ragione sociale`,
    "public",
    {
      product: list(
        "atc, atc code, ndc, ndc code, drug name, medication name, vaccine name, vaccine code, display name, gender, author, artist, director, publisher, name, title, description, short description, long description, nombre, nom, nome, summary, details, allergen, allergen code, allergens, full name, complete name",
      ),
      organisation: list("name, legal name, nombre, nom, nome, description"),
      reference: list(
        "parent name, full name, sender name, from name, nationality, religion, ethnicity, race, gender, sex, marital status, disability, occupation, relationship, icd, icd 9, icd 10, icd 11, icd code, icd 10 code, icd 9 code, snomed, snomed code, loinc, loinc code, atc, atc code, ndc, ndc code, cpt, cpt code, hcpcs, hcpcs code, drg code, rxnorm, rxcui, cvx, cvx code, diagnosis, diagnosis code, diagnosis name, procedure, procedure code, medication, medication name, drug, drug name, vaccine, vaccine name, vaccine code, allergen, symptom, name, display name, title, label, text, comment, note, value, unit, description, nombre, nom, nome, value",
      ),
      technical: list(
        "parent name, name, display name, full name, peer address, description, author, owner, message, text, body, subject, comment, note, summary, content, title, key, value type, namespace, component, module, level, logger, message template",
      ),
      device: list("name, display name, alias"),
      location: list(
        "name, display name, complete name, full name, alternate name, alternate names, other name, other names, former name, religion, denomination",
      ),
      premises: list("religion, denomination"),
      organism: list(
        "sex, gender, age, birth date, date of birth, weight, race, mother, father, parent, tax id, taxon id, taxid, allergen",
      ),
      transaction: list("description, display name, parent"),
      credential: list(
        "client name, app name, name, display name, description, label, scopes, redirect uri, type, provider, audience",
      ),
      infrastructure: list(
        "name, display name, description, hostname, alias, address, contact, notes, comment, config hash, health status, health state, health, margin, middle name, next hop",
      ),
      insurance: list("plan name, product name"),
    },
  ),
  ordinaryType(
    "place",
    "cities and regions",
    `city, town, municipality, county, district, region, province, country of origin, borough, state province,
    state abbreviation, continent, suburb, neighborhood, neighbourhood, city name, ciudad, ville, stadt, cidade, citta,
    stad, bundesland, provincia, departement, kommune, prefecture, code insee, insee code,
    code commune, 城市, 省`,
    "internal",
    { person: list("state"), location: list("state") },
  ),
  ordinaryType(
    "occupation",
    "jobs and employers",
    `job title, job name, occupation, profession, employer, position, position title, job, job code, job description,
    designation, seniority, puesto, cargo, beruf, metier, professione, ocupacion, salary grade, pay grade, pay frequency`,
    "internal",
    {
      person: list(
        "title, company, company name, organisation, organization, department, salutation, prefix, suffix",
      ),
    },
  ),
  ordinaryType(
    "web_address",
    "addresses on the web",
    `url, link, href, uri, website, web site, web address, image url, image, thumbnail, thumbnail url, logo, logo url,
    photo url, avatar url, callback url, redirect url, redirect uri, endpoint, base url, api url, source url, video url,
    canonical url, referrer, referer, landing page, sitio web, image path, cover image, user agent, browser, os,
    operating system, platform, http method, request method, request path`,
    "internal",
  ),
  ordinaryType(
    "quantity",
    "amounts and measures of things",
    `quantity, amount, price, unit price, list price, sale price, retail price, total, subtotal, grand total, tax amount,
    discount, discount amount, discount percent, shipping cost, shipping fee, fee, count, stock, stock level, weight,
    height, width, length, depth, volume, duration, percentage, ratio, score, points, balance due, line total, precio,
    preis, prix, preco, prezzo, cantidad, menge, quantite`,
    "public",
    // What was paid for equipment is no price of a deal, and what a vacancy offers is nobody's pay.
    {
      vacancy: list(
        "salary, base salary, annual salary, actual salary, hourly rate, wage, pay, pay rate, bonus, salary range, benefits, compensation",
      ),
      infrastructure: list("purchase cost, purchase price, acquisition cost, replacement cost"),
    },
  ),
  ordinaryType(
    "moment",
    "times of events",
    `created at, updated at, deleted at, modified at, created on, updated on, created, updated, modified, timestamp, date,
    order date, ship date, shipped at, delivered at, due date, start date, end date, hire date, hired on, hired at,
    published at, expires at, expired at, valid from, valid to, valid until, last login, last login at, last seen,
    last seen at, sent at, received at, paid at, closed at, opened at, placed at, ordered at, time, year, month, day,
    week, quarter, fiscal year, academic year`,
  ),
  ordinaryType(
    "identifier",
    "keys of rows",
    `$person number, $person no, $person code, $person key, $person ref, $person reference, parent, id, uuid, guid, oid, rowid, external id, legacy id, parent id, tenant id, organisation id, organization id,
    correlation id, request id, trace id, span id, transaction id, message id, event id, job id, object id, entity id,
    resource id, product id, order id, customer id, user id, account id, patient id, employee id, card id, payment id,
    address id, email id, phone id, session ref id, creation user, created user, modification user, modified user, update user,
    updated user, insert user, deletion user, deleted user`,
  ),
  ordinaryType(
    "setting",
    "settings and formats",
    `format, date format, pattern, regex, expression, formula text, query, sql, script, schema, definition, default value,
    data type, encoding, charset, algorithm, cron, cron expression, schedule, interval, retry policy, feature,
    notification preference, currency format, locale setting, password policy, email template, sms template,
    public certificate, certificate, thumbprint, css, html template, color scheme, unit system`,
    "internal",
  ),
  ordinaryType(
    "network_address",
    "addresses of machines",
    "next server, gateway address, server address, host address, subnet, netmask, subnet mask, broadcast address, dns server, bind address, listen address, listen ip, private ip, public ip, internal ip, external ip, server ip, host ip, node ip, pod ip, cluster ip, gateway ip, start address, end address, start ip, end ip, ip range, cidr, ip block, multicast address",
    "internal",
    {
      infrastructure: list(
        "ip, ip address, ip addr, ipv 4, ipv 6, ipv 4 address, ipv 6 address, mac, mac address, hwaddr, hardware address, address 6, ip 4, ip 6, remote address, peer address",
      ),
      technical: list("server ip, host ip"),
    },
  ),
  ordinaryType(
    "business_address",
    "addresses of businesses",
    "registered office, registered address, company address, business address, office address, store address, branch address, warehouse address, site address, school address, head office",
    "internal",
    {
      premises: list(
        "address, street, street name, street number, street address, address line, address line 1, address line 2, address line 3, address 1, address 2, address 3, line 1, line 2, line 3, full address, postal address, mailing address, po box, building, zip, zip code, postal code, postcode, postal, plz, codigo postal, code postal, strasse, direccion, calle, adresse, indirizzo, latitude, longitude, lat, lng, lon, coordinates, geo, geom, phone, phone number, phone no, telephone, telephone number, tel, fax, fax number, switchboard, website",
      ),
      organisation: list(
        "address, street, street name, street number, street address, address line, address line 1, address line 2, address line 3, address 1, address 2, address 3, line 1, line 2, line 3, full address, postal address, mailing address, po box, building, zip, zip code, postal code, postcode, postal, plz, codigo postal, code postal, strasse, direccion, calle, adresse, indirizzo",
      ),
    },
  ),
];
