import { type InfoType, list, TEXT, TEXT_OR_NUMBER } from "./infoType.ts";

const PII = { category: "PII", shapes: TEXT } as const;
const ONLINE = ["GDPR 4(1)", "HIPAA (R)", "NIST 800-122"];

/** Traces of people: devices, accounts, work, what they wrote. */
export const online: readonly InfoType[] = [
  {
    ...PII,
    name: "ip_address",
    title: "IP addresses",
    level: "confidential",
    mask: "network",
    regulations: ["GDPR 4(1)", "HIPAA (O)", "NIST 800-122"],
    shapes: [...TEXT, "network"],
    phrases:
      list(`ip, ip address, ip addr, ipv 4, ipv 6, ipv 4 address, ipv 6 address, remote address, remote ip,
      remote host address, client ip, client ip address, client address, visitor ip, request ip, signup ip, registration ip, creator ip, source ip, src ip, destination ip, dst ip, user ip, login ip,
      last login ip, sign in ip, last sign in ip, current sign in ip, author ip, x forwarded for, forwarded for,
      peer address, inet address, direccion ip, adresse ip, ip adresse, endereco ip, indirizzo ip`),
  },
  {
    ...PII,
    name: "mac_address",
    title: "hardware addresses",
    level: "confidential",
    mask: "partial",
    regulations: ["GDPR 4(1)", "HIPAA (M)"],
    shapes: [...TEXT, "network"],
    phrases: list("mac, mac address, mac addr, bssid, hardware address, hwaddr, ethernet address, wifi mac"),
  },
  {
    ...PII,
    name: "device_id",
    title: "device identifiers",
    level: "confidential",
    mask: "partial",
    regulations: ["GDPR 4(1)", "HIPAA (M)"],
    shapes: TEXT_OR_NUMBER,
    phrases:
      list(`imei, imei number, device imei, phone imei, sim number, eid number, imsi, iccid, idfa, idfv, gaid, udid, android id, advertising id, device fingerprint,
      browser fingerprint, device token, push token, fcm token, apns token, registration token`),
    phrasesIn: { person: list("device id, device identifier, cookie id, visitor id, anonymous id") },
    hints: list("cookie id, visitor id, anonymous id, ga client id, fbp"),
  },
  {
    ...PII,
    name: "social_account",
    title: "accounts on other services",
    level: "confidential",
    mask: "partial",
    regulations: ONLINE,
    shapes: TEXT_OR_NUMBER,
    phrases:
      list(`facebook id, facebook, google id, google uid, apple id, twitter, twitter handle, twitter id, instagram,
      instagram handle, linkedin, linkedin url, linkedin profile, github login, github username, github handle,
      skype, skype id, telegram, telegram id, telegram handle, wechat, wechat id, line id, discord id, slack user id,
      openid sub, oidc sub, one login uid, user sub, sign in uid, sign in user id, sso uid, external uid, provider uid, subject identifier,
      auth 0 id, firebase uid, cognito id, cognito sub, social profile, social handle, azure object id, external login id`),
  },
  {
    ...PII,
    name: "personal_url",
    title: "personal pages",
    level: "confidential",
    mask: "partial",
    regulations: ["GDPR 4(1)", "HIPAA (N)"],
    phrases: list("profile url, personal website, personal url, personal site"),
    phrasesIn: { person: list("homepage, home page, website, url, site, blog") },
  },
  {
    ...PII,
    name: "licence_plate",
    title: "vehicle registrations",
    level: "confidential",
    mask: "partial",
    regulations: ["GDPR 4(1)", "HIPAA (L)"],
    phrases:
      list(`license plate, licence plate, license plate number, licence plate number, plate number, number plate,
      vehicle registration, vehicle registration number, vehicle reg, car reg, vehicle reg number, car plate, registration plate, vehicle plate, car registration, car registration number, kfz kennzeichen, kennzeichen, matricula vehiculo,
      plaque immatriculation, immatriculation, targa, kenteken, placa vehiculo, 车牌, 车牌号`),
    phrasesIn: {
      vehicle: list(
        "registration number, registration, reg number, reg plate, plate, registration mark, vrm, vrn, placa",
      ),
    },
  },
  {
    ...PII,
    name: "vehicle_vin",
    title: "vehicle identification numbers",
    level: "confidential",
    mask: "partial",
    regulations: ["GDPR 4(1)", "HIPAA (L)"],
    phrases:
      list(`vin, vin number, vehicle identification number, vehicle vin, chassis number, fahrgestellnummer,
      numero chasis, numero de chassis`),
  },
  {
    ...PII,
    name: "free_text",
    title: "free text about people",
    level: "confidential",
    mask: "redact",
    regulations: ["GDPR 4(1)", "SOC 2 C1.1"],
    phrases:
      list(`safeguarding concern, personalisation, personalization, biography, about me, personal statement, covering letter, safeguarding issue, safeguarding information,
      case note, interview feedback, reference text, reason for leaving, message content, chat message, sms message, cover letter, resume text, cv text, chat transcript, call transcript, email body,
      mail body, message body, message text, sms text, sms body, letter text, customer note, customer comment,
      support message, feedback text, internal note, agent note, delivery instruction, special instruction,
      gift message, personal message, personal comment, personal note, interview note`),
    phrasesIn: {
      communication:
        list(`observaciones, bemerkungen, notizen, commentaire, remarque, comentario, osservazioni, body, message, text, content, subject, description, comment, note, transcript, summary,
        feedback, remark, answer, question, review, title, resolution, response, reply`),
      clinical: list(
        "observaciones, bemerkungen, notizen, commentaire, remarque, comentario, osservazioni, comment, remark, description, message, reason, instruction",
      ),
      person: list(
        "observaciones, bemerkungen, notizen, commentaire, remarque, comentario, osservazioni, value, value text, meta value, attribute value, field value, answer, answer text, further information, additional information, additional info, other information, dietary requirement, dietary restriction, special request, special requirement, description, note, comment, bio, about, remark, background, feedback, message, memo, personal statement",
      ),
      employee: list(
        "observaciones, bemerkungen, notizen, commentaire, remarque, comentario, osservazioni, note, comment, feedback, review, performance review, reason, remark, termination reason, leaving reason, dismissal reason, absence reason, leave reason",
      ),
      transaction: list("customer message, buyer note"),
      payment: list(
        "narration, remittance, remittance info, remittance information, payment purpose, purpose text, statement text",
      ),
    },
    hints:
      list(`observaciones, bemerkungen, notizen, commentaire, remarque, comentario, osservazioni, note, comment, remark, message, body, feedback, description, memo, text, content, summary, bio,
      instruction, payload, request body, response body, raw, details, metadata`),
  },
  {
    ...PII,
    name: "personal_json",
    title: "documents with personal data",
    level: "confidential",
    mask: "redact",
    regulations: ["GDPR 4(1)", "NIST 800-53 AU-9"],
    shapes: ["json"],
    phrases: list(
      "object changes, audited changes, personalisation, personalization, questionnaire answers, contact details, contact info, contact information, contact data, personal data, personal information, applicant details, patient data, billing details, shipping details, form answers, kyc data, identity data, personal details, personal info, user data, user info, user information, customer info, customer information, patient info, patient information, customer data, pii",
    ),
    phrasesIn: { person: list("profile, details, contact, contacts, attributes, traits") },
  },
  {
    ...PII,
    name: "security_answer",
    title: "security questions and answers",
    level: "restricted",
    mask: "full",
    regulations: ["GDPR 4(1)", "NIST 800-53 IA-5"],
    phrases: list(`secret question, secret answer, security question, security answer, mother maiden name,
      mothers maiden name, recovery answer, password hint, memorable word`),
  },
];
