import { ANYTHING, type InfoType, list, TEXT, TEXT_OR_NUMBER } from "./infoType.ts";

const PHI = {
  category: "PHI",
  level: "restricted",
  mask: "full",
  regulations: ["HIPAA", "GDPR 9"],
  shapes: ANYTHING,
} as const;

/** Health: here a yes or no, or a code, is the secret, so the shape of a column excuses nothing. */
export const health: readonly InfoType[] = [
  {
    ...PHI,
    name: "medical_record_number",
    title: "medical record numbers",
    mask: "last4",
    regulations: ["HIPAA (H)", "GDPR 9"],
    shapes: TEXT_OR_NUMBER,
    phrases:
      list(`mrn, mrn number, medical record, medical record number, medical record id, health record number,
      chart number, patient number, patient identifier, patient code, nhs number, hospital number, hospital id, hospital no, case record number, uhid, abha number, nhi, nhi number, ihi, nhs no,
      patient no, patient ref, patient reference, art number, anc number, mr number,
      numero historia clinica, historia clinica, nhc, numero dossier patient, patientennummer, patientnummer,
      numero prontuario, prontuario, 病历号, 住院号`),
    phrasesIn: { clinical: list("identifier, record number, file number, health id") },
  },
  {
    ...PHI,
    name: "health_plan_id",
    title: "health insurance numbers",
    mask: "last4",
    regulations: ["HIPAA (I)", "GDPR 9"],
    shapes: TEXT_OR_NUMBER,
    phrases:
      list(`national health id, national health number, caisse affiliation, health plan id, health plan number, health plan member id, health insurance number, health insurance id,
      insurance number, insurance id, insurance member id, insurance policy number, insurance card number,
      medicare number, medicare id, medicare beneficiary id, mbi, hicn, medicaid id, medicaid number, medical aid number, medical aid no, nhis number, dva number, health card,
      health card number, krankenversicherungsnummer, versichertennummer, krankenversichertennummer, numero asegurado,
      carte vitale, tarjeta sanitaria, tessera sanitaria, subscriber number`),
    phrasesIn: {
      insurance: list(
        "member id, member number, subscriber id, policy number, group number, beneficiary id, plan id number",
      ),
      clinical: list(
        "member id, subscriber id, policy number, insurance policy, group number, beneficiary id",
      ),
    },
  },
  {
    ...PHI,
    name: "diagnosis_code",
    title: "diagnosis codes",
    phrases:
      list(`diagnosis code, diagnosis cd, dx code, dx cd, icd, icd code, icd 9, icd 10, icd 10 code, icd 11, icd 9 code,
      icd 10 cm, snomed, snomed code, snomed ct, problem code, condition code, primary diagnosis code,
      admitting diagnosis code, drg code, codigo diagnostico, diagnosecode, code diagnostic`),
    phrasesIn: { clinical: list("concept code, condition concept id, icd version code") },
  },
  {
    ...PHI,
    name: "diagnosis_text",
    title: "diagnoses",
    phrases:
      list(`deceased reason, death cause, reason of death, diagnosis, diagnosis description, diagnosis name, diagnosis text, primary diagnosis,
      secondary diagnosis, admission diagnosis, discharge diagnosis, dx, dx description, medical condition,
      medical history, family history, past medical history, chronic condition, comorbidity, chief complaint,
      reason for visit, reason for encounter, presenting complaint, complaint text, cause of death, health condition, health issue,
      medical problem, medical note, medical detail, health status, health note, symptoms, illness, prognosis, pathology, tumor stage, cancer stage, diagnostico, diagnose,
      diagnostic medical, diagnosi, antecedents medicaux, vorerkrankungen, 诊断, 診断`),
    phrasesIn: {
      clinical: list(
        "condition, problem, disease, finding, symptom, disorder, complaint, indication, description, reason, name, outcome",
      ),
    },
  },
  {
    ...PHI,
    name: "procedure_code",
    title: "medical procedures",
    phrases: list(
      "cpt, cpt code, hcpcs, hcpcs code, procedure code, surgical procedure, surgery, surgery type",
    ),
    phrasesIn: { clinical: list("procedure, procedure name, treatment, therapy, operation, treatment plan") },
  },
  {
    ...PHI,
    name: "medication",
    title: "medication and prescriptions",
    phrases:
      list(`dosing instruction, dosing, prescribed medication, medication, medication name, prescription, prescription text, rx, rx number, rxnorm, rxcui, ndc, ndc code,
      drug name, dosage, dosage instruction, drug dose, prescribed drug, current medication, atc code, drug code, medicine, medicine name, generic drug, medicamento, medikament,
      medikation, medicament, farmaco, medicijn`),
    phrasesIn: { clinical: list("drug, dose, strength, frequency, sig, regimen, drug code") },
  },
  {
    ...PHI,
    name: "lab_result",
    title: "lab results and vital signs",
    phrases:
      list(`lab result, test result value, lab value, loinc, loinc code, blood pressure, systolic, diastolic,
      systolic bp, diastolic bp, heart rate, pulse rate, respiratory rate, oxygen saturation, spo 2, glucose,
      blood glucose, hba 1 c, a 1 c, cholesterol, hemoglobin, creatinine, bmi, body mass index, body temperature,
      body weight, blood type, blood group, viral load, cd 4 count, muac, blood sugar, lab test result, viral load result, hiv test, covid result,
      laborwert, blutgruppe, grupo sanguineo, groupe sanguin, gruppo sanguigno`),
    phrasesIn: {
      clinical:
        list(`value as number, value as string, value number, valuenum, value coded, weight kg, height cm, temperature c, value datetime, value boolean, bps, bpd, respiration, head circ, waist circ, result, obs value, val num, val alpha, val text, systole, diastole, bp, rr, hr, spo, result value, result text, value, value text, value numeric, observation, measurement,
        weight, height, temperature, pulse, reading, interpretation, abnormal flag, loinc name, test name, score`),
    },
  },
  {
    ...PHI,
    name: "clinical_note",
    title: "clinical notes",
    shapes: TEXT,
    phrases: list(`clinical note, progress note, nursing note, physician note, doctor note, discharge summary,
      operative note, soap note, consultation note, radiology report, pathology report, treatment note,
      anamnesis, anamnese, arztbrief, care plan, therapy note`),
    phrasesIn: {
      clinical: list(
        "note, comment, remark, free text, narrative, assessment, plan, history, dictation, report, summary, impression, subjective, objective, text, body, intervention, goal, barrier, follow up, recommendation, evaluation",
      ),
    },
  },
  {
    ...PHI,
    name: "allergy_immunisation",
    title: "allergies and vaccinations",
    phrases:
      list(`allergy, allergen, allergy type, allergic reaction, vaccine, vaccination, vaccination status,
      vaccine code, immunization, immunisation, cvx, cvx code, vaccinated, alergia, allergie, impfung, impfstatus`),
    phrasesIn: { clinical: list("reaction, substance, severity") },
  },
  {
    ...PHI,
    name: "mental_substance",
    title: "mental health and substance use",
    regulations: ["HIPAA", "GDPR 9", "42 CFR Part 2"],
    phrases:
      list(`mental health, mental illness, psychiatric, psychiatric history, depression score, phq 9, gad 7,
      addiction, substance use, substance abuse, drug use, alcohol use, alcohol, alcohol consumption, smoker, smoking status,
      smoking, tobacco use, hiv, hiv status, hiv positive, hiv result, tb status, arv, art regimen, aids, std status, suicide risk, self harm,
      diagnosed with, diabetic, diabetes, hypertension, asthma, cancer, fumador, raucher`),
  },
  {
    ...PHI,
    name: "reproductive_health",
    title: "pregnancy and reproductive health",
    phrases:
      list(`pregnant, pregnancy, pregnancy status, lmp, last menstrual period, gestation, gestational age, gravida,
      parity births, contraception, contraceptive, abortion, miscarriage, fertility, menopause, due date delivery,
      breastfeeding, embarazada, schwanger, schwangerschaft, enceinte`),
    phrasesIn: { clinical: list("parity, edd") },
  },
  {
    ...PHI,
    name: "encounter_date",
    title: "dates of care",
    level: "confidential",
    mask: "year",
    regulations: ["HIPAA (C)"],
    shapes: [...TEXT, "temporal"],
    phrases:
      list(`admission date, admit date, discharge date, date of service, service date from, date of death,
      death date, dod, deceased date, deceased at, died on, diagnosis date, date of diagnosis, onset date,
      surgery date, immunization date, vaccination date, fecha ingreso, fecha alta, aufnahmedatum, entlassungsdatum,
      todesdatum, sterbedatum`),
    phrasesIn: {
      clinical:
        list(`admission time, discharge time, death time, admit time, dischargetime, measurement date, condition start date, drug exposure start date, encounter datetime, obs datetime, visit datetime, appointment datetime, observation date, date of visit, service date, test date, result date, collection date, enrolment date, enrollment date, admission datetime, visit date, appointment date, encounter date, start date, end date, onset, diagnosed on, diagnosed at,
        admitted on, admitted at, discharged on, discharged at, prescribed on, prescribed at, performed on,
        performed at, recorded on, visited on, visited at, scheduled at, scheduled for, starts at, taken at,
        collected at, observed at`),
    },
  },
  {
    ...PHI,
    name: "provider_id",
    title: "identifiers of care providers",
    level: "internal",
    mask: "last4",
    regulations: ["HIPAA (K)", "GDPR 4(1)"],
    shapes: TEXT_OR_NUMBER,
    phrases: list(`npi, npi number, dea number, medical license number, medical licence number, provider npi,
      provider number, lanr, bsnr`),
  },
  {
    ...PHI,
    name: "implant_id",
    title: "identifiers of medical devices",
    level: "confidential",
    mask: "last4",
    regulations: ["HIPAA (M)"],
    shapes: TEXT_OR_NUMBER,
    phrases: list("udi, device udi, implant serial, implant serial number, implant id, pacemaker serial"),
    phrasesIn: { clinical: list("serial number, device serial, lot number") },
  },
];
