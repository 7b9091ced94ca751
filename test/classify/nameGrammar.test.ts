import { describe, expect, it } from "vitest";
import { judgedAs, type Tables } from "./judgedAs.ts";

/** What each rule finds, and beside it what it has to leave alone. */
const RULES: readonly (readonly [string, Tables])[] = [
  [
    "a digest of a secret or a number is what it was made of, the fingerprint of a key is not",
    {
      "app.people": {
        "nino_fingerprint text": "national_id",
        "mobile_phone_hmac text": "phone",
        "passport_number_signature text": "passport_number",
        "reset_token_fingerprint text": "token",
        "email_signature text": "-",
        "ssh_public_key_fingerprint text": "-",
      },
      "ops.artifacts": { "signature text": "-", "build_fingerprint text": "-", "content_hash text": "-" },
    },
  ],
  [
    "words for where a copy is kept change nothing",
    {
      "app.logins": {
        "password_digest_multi_region text": "password_hash",
        "backup_code_hash_single_region text": "mfa_secret",
        "home_region text": "-",
        "is_multi_region boolean": "-",
      },
    },
  ],
  [
    "what is said to be encrypted is worth hiding, how it is encrypted is not",
    {
      "app.vaults": {
        "encrypted_statement text": "encrypted_blob",
        "letter_ciphertext bytea": "encrypted_blob",
        "encrypted_at timestamp": "-",
        "encrypted_size text": "-",
        "encrypted_key_version text": "-",
        "encrypted_file_path text": "-",
        "encrypted boolean": "-",
      },
    },
  ],
  [
    "keys and codes that open an account",
    {
      "app.signups": {
        "password_reset_code text": "token",
        "login_code text": "token",
        "verification_hash text": "token",
        "promo_code text": "-",
        "country_code text": "-",
        "sort_key text": "-",
      },
      "app.recovery_codes": { "code text": "token", "used boolean": "-" },
      "app.openid_grants": { "code text": "token", "scope text": "-" },
      "iam.device_codes": { "user_code text": "token", "interval int": "-" },
      "iam.access_grants": { "value text": "-", "role text": "-" },
      "iam.auth_error_codes": { "code text": "-" },
      "shop.voucher_codes": { "code text": "-" },
      "ops.exit_codes": { "code int": "-", "value text": "-" },
      "web.sessions": { "sid text": "token", "sess_data text": "token", "loginip text": "ip_address" },
      "ops.relationships": { "membership text": "-", "ownership text": "-", "tooltip text": "-" },
    },
  ],
  [
    "PINs and codes of doors",
    {
      "stay.bookings": {
        "visitor_pin int": "access_code",
        "door_code text": "access_code",
        "meeting_pin text": "access_code",
        "pin_count int": "-",
        "postal_pin_layout text": "-",
        "access_level text": "-",
      },
    },
  ],
  [
    "a key beside a value opens nothing",
    {
      "app.token_attributes": { "key text": "-", "value text": "-" },
      "app.api_keys": { "key text": "api_key", "label text": "-" },
      "app.customer_key_values": {
        "customer_id int": "-",
        "key text": "-",
        "value text": "free_text",
      },
    },
  ],
  [
    "programs that ask for access are no people",
    {
      "iam.oidc_clients": { "name text": "-", "client_secret text": "secret" },
      "iam.users_application": { "name text": "-", "user_id int": "-" },
      "app.customer_projects": { "name text": "-", "description text": "-", "customer_id int": "-" },
      "plan.user_stories": { "title text": "-", "description text": "-" },
      "crm.customer_contacts": { "name text": "person_name", "email text": "email" },
      "iam.oauth_tokens": { "user_id text": "-", "access_token text": "token" },
    },
  ],
  [
    "parts of a number, and when a phone is answered",
    {
      "hr.applicants": {
        "nino_suffix text": "national_id",
        "iban_ending text": "iban",
        "phone_weekend text": "phone",
        "mobile_number_nightly text": "phone",
        "phone_verified text": "-",
        "file_suffix text": "-",
        "email_weekly boolean": "-",
      },
      "pay.payment_methods": { "last4 text": "card_last_digits", "last_run text": "-", "brand text": "-" },
      "ops.sensors": { "last4 text": "-" },
    },
  ],
  [
    "people by what they do",
    {
      "care.visits": {
        "patient_id int": "-",
        "attending text": "person_name",
        "signed_by text": "person_name",
        "social_worker text": "person_name",
        "provider_name text": "person_name",
        "created_by text": "-",
        "creation_user text": "-",
      },
      "site.safety_checks": {
        "inspector text": "person_name",
        "inspector_id int": "-",
        "code_inspector_version text": "-",
      },
      "ops.releases": { "signed_by text": "-", "provider_name text": "-", "triggered_by text": "-" },
      "stay.rentals": { "renter_name text": "person_name", "renter_type text": "-" },
    },
  ],
  [
    "free text about somebody, whatever stands in front",
    {
      "school.reviews": {
        "pupil_id int": "-",
        "reading_notes text": "free_text",
        "home_situation_details text": "free_text",
        "summary text": "free_text",
        "course_description text": "-",
        "error_details text": "-",
        "details_complete text": "-",
        "has_notes text": "-",
      },
      "care.medical_certificates": {
        "patient_name text": "person_name",
        "fitness_notes text": "clinical_note",
      },
      "web.tls_certificates": { "common_name text": "-", "renewal_notes text": "-" },
      "care.therapies": {
        "patient_id int": "-",
        "sleep_comments text": "clinical_note",
        "mobility_plan text": "clinical_note",
        "insurance_plan text": "-",
      },
      "work.loan_applications": { "refusal_details text": "free_text", "application_name text": "-" },
      "law.case_notes": { "note_body text": "free_text", "entered_by text": "person_name" },
      "bank.kyc_records": {
        "document_number text": "government_document_id",
        "reviewer_comments text": "free_text",
      },
      "test.test_cases": { "summary text": "-", "entered_by text": "-" },
      "ops.applications": { "refusal_details text": "-", "deployment_notes text": "-" },
      "shop.orders": { "packing_notes text": "-", "customer_id int": "-", "gift_details text": "-" },
      "ops.build_steps": { "user_id int": "-", "failure_summary text": "-", "output_details text": "-" },
    },
  ],
  [
    "what is counted, asked for or only told of",
    {
      "app.members": {
        "email text": "email",
        "number_of_guests text": "-",
        "share_of_members text": "-",
        "phone_number_of_parent text": "phone",
        "number_of_children int": "marital_status",
        "provide_passport_number text": "-",
        "enable_pregnancy_questions boolean": "-",
        "is_pregnant boolean": "reproductive_health",
        "contact_by_phone text": "-",
        "login_with_email text": "-",
        "invited_by_email text": "email",
        "visible_to_user text": "-",
        "misconduct_details_complete text": "-",
        "weight_at_birth numeric": "-",
      },
    },
  ],
  [
    "a partner of a business is no spouse",
    {
      "crm.integrations": { "partner_name text": "-" },
      "hr.employees": { "partner_name text": "other_name", "surname text": "family_name" },
    },
  ],
  [
    "what a vacancy offers is nobody's pay",
    {
      "jobs.vacancies": { "salary text": "-", "title text": "-" },
      "hr.staff": { "salary text": "compensation" },
    },
  ],
  [
    "numbers of vehicles and of files",
    {
      "city.parking_fines": { "registration_number text": "licence_plate", "amount numeric": "-" },
      "city.parking_zones": { "registration_number text": "-" },
      "org.companies": { "registration_number text": "-" },
      "gov.appeals": { "claimant_file_number text": "government_document_id", "docket_number text": "-" },
    },
  ],
  [
    "beliefs by where and when they are practised",
    {
      "school.applicants": {
        "first_name text": "given_name",
        "place_of_worship text": "religion",
        "baptism_date date": "religion",
        "religious_leader text": "religion",
      },
      "geo.holidays": { "name text": "-", "religious text": "-" },
    },
  ],
  [
    "pictures behind an address, unless everybody is shown them",
    {
      "kyc.checks": {
        "selfie_url text": "photo",
        "passport_photo_link text": "photo",
        "profile_picture_url text": "-",
        "logo_url text": "-",
        "photo_id_image_url text": "photo",
      },
    },
  ],
  [
    "a table called what it lists",
    {
      "crm.phone_numbers": { "number text": "phone", "label text": "-" },
      "crm.email_addresses": { "address text": "email" },
      "net.ip_addresses": { "address text": "-" },
      "shop.serial_numbers": { "number text": "-" },
    },
  ],
  [
    "Spanish names cut short",
    {
      "adm.pacientes": {
        "PRIAPELLI text": "family_name",
        "SEGNOMBRE text": "given_name",
        "FECNAC date": "birth_date",
        "TELPAC text": "phone",
        "CODPAC text": "-",
      },
    },
  ],
];

describe("the grammar of names", () => {
  it.each(RULES)("%s", (_, tables) => {
    expect(judgedAs(tables)).toEqual(tables);
  });
});
