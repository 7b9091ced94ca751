import { type InfoType, list, type Shape, TEXT, TEXT_OR_NUMBER } from "./infoType.ts";

/** A random UUID is a common token. */
const TEXT_OR_UUID: readonly Shape[] = [...TEXT, "uuid"];

const CREDENTIAL = {
  category: "credential",
  level: "restricted",
  mask: "full",
  shapes: TEXT,
  regulations: ["NIST 800-53 IA-5", "SOC 2 CC6.1", "GDPR 32"],
} as const;

/** What opens doors. Nobody needs to read these to do their work. */
export const credentials: readonly InfoType[] = [
  {
    ...CREDENTIAL,
    name: "password",
    title: "passwords",
    phrases: list(`parola hash, jelszo, salasana, heslo uzivatele, sifre hash, 비밀번호, 暗証番号, 登录密码,
      password, passwd, pass word, passphrase, pass phrase, user password, smtp password, db password, wifi key,
      wifi password, admin password, initial password, temporary password, temp password, default password, pwd, psswd,
      contrasena, clave acceso, kennwort, passwort, mot de passe, motdepasse, senha, palavra passe, parola,
      wachtwoord, haslo, heslo, jelszo, salasana, losenord, passord, adgangskode, sifre, 密码, パスワード, пароль`),
    phrasesIn: {
      person: list("pass, clave, pin, pw, passcode"),
      credential: list("pass, pw, clave, passcode"),
    },
  },
  {
    ...CREDENTIAL,
    name: "password_hash",
    title: "password hashes",
    phrases:
      list(`password hash, hashed password, password digest, encrypted password, password encrypted, crypted password,
      passwd hash, pwd hash, password salt, pass hash, master password hash, pin hash, password bcrypt, password sha,
      password md 5, hash password, salt, password reset digest, remember digest, activation digest`),
    phrasesIn: {
      person: list("pw hash, hash"),
      credential: list("hash, digest, key hash, hashed key, token hash, secret hash"),
    },
  },
  {
    ...CREDENTIAL,
    name: "api_key",
    shapes: TEXT_OR_UUID,
    title: "API keys",
    phrases:
      list(`api key, apikey, api keys, api secret, api token, app key, app token, application key, developer key,
      access key, access key id, access key secret, secret access key, license key, licence key, product key, service key,
      service account key, aws key, stripe key, stripe secret key, sendgrid key, integration key, master key,
      live key, test key, secret key, server key, publishable key, subscription key, clave api, cle api`),
    phrasesIn: { credential: list("key, key value, live, client key"), technical: list("key material") },
  },
  {
    ...CREDENTIAL,
    name: "secret",
    shapes: TEXT_OR_UUID,
    title: "secrets",
    phrases:
      list(`secret, client secret, consumer secret, app secret, application secret, signing secret, webhook secret,
      shared secret, shared key, hmac key, hmac secret, secret value, signing key, encryption key, decryption key,
      aes key, data key, symmetric key, cipher key, key material, cookie secret, jwt secret, session secret, credential,
      credentials, auth secret, pre shared key, psk, password key, token key`),
    phrasesIn: { credential: list("private, seed") },
    hints: list("key, value, setting value, config value"),
  },
  {
    ...CREDENTIAL,
    name: "token",
    shapes: TEXT_OR_UUID,
    title: "session and access tokens",
    phrases:
      list(`confirm code, activation key, confirmation code, verify code, verify token, token, access token, refresh token, id token, auth token, authentication token, authorization token,
      authorization code, bearer token, session token, session id, session key, session cookie, session data, csrf token,
      xsrf token, reset token, reset password token, password reset token, confirmation token, activation token,
      activation code, verification token, invitation token, invite token, unlock token, remember token,
      remember me token, login token, magic link, magic link token, one time token, otp, otp code, one time password,
      one time code, sms code, verification code, nonce, code challenge, code verifier, jwt, jwt token, oauth token,
      oauth access token, oauth refresh token, webhook token, unsubscribe token, cookie, cookies, auth code, device code,
      persistence token, single access token, perishable token, rails session id, session uuid, feed token,
      password reset key, password reset code, reset password key, reset password code, password reset hash,
      confirmation key, confirmation hash, verification key, verification hash, activation hash, invitation code,
      invitation key, invite code, login code, login key, login hash, sign in code, sign in token, unlock code,
      unlock key, oauth response, one time key, recovery key, recovery token`),
    phrasesIn: {
      credential: list("data, session, session data, sid, verifier, auth code"),
      grant: list("code, user code, value"),
    },
  },
  {
    ...CREDENTIAL,
    name: "private_key",
    title: "private keys",
    phrases:
      list(`private key, private key pem, rsa private key, rsa key, ssh key, ssh private key, pgp private key,
      pem key, key pem, p 12, pkcs 12, pfx, keystore, key store, seed phrase, mnemonic, mnemonic phrase, wallet seed,
      recovery phrase, encrypted user key, tls key, ssl key, certificate key, encrypted private key`),
  },
  {
    ...CREDENTIAL,
    name: "connection_string",
    title: "connection strings with passwords",
    phrases:
      list(`dsn, database url, db url, connection string, connection url, connection uri, jdbc url, redis url, amqp url,
      mongo uri, mongodb uri, smtp url, slack webhook, slack webhook url, webhook url, discord webhook`),
  },
  {
    ...CREDENTIAL,
    name: "mfa_secret",
    title: "second-factor secrets",
    phrases:
      list(`otp secret, totp, totp secret, totp key, two factor secret, two factor recovery code, mfa secret, mfa key,
      tfa secret, 2 fa secret, recovery code, backup code, otp backup code, encrypted otp secret, otp secret key,
      encrypted otp secret key, otp seed, authenticator secret, u 2 f key, hotp secret, scratch code`),
  },
  {
    ...CREDENTIAL,
    name: "access_code",
    title: "PINs and access codes",
    shapes: TEXT_OR_NUMBER,
    phrases:
      list(`access code, access pin, entry code, door code, gate code, alarm code, locker code, locker combination, lock combination, key box code, safe combination,
      $person pin, host pin, meeting pin, conference pin, moderator pin, dial in pin, login pin, security pin, unlock pin,
      voicemail pin, sim pin, puk, puk code`),
    phrasesIn: { person: list("pin, passcode"), credential: list("passcode") },
  },
  {
    ...CREDENTIAL,
    name: "encrypted_blob",
    title: "encrypted data",
    level: "confidential",
    regulations: ["NIST 800-53 SC-28"],
    phrases:
      list(`ciphertext, cipher text, encrypted data, encrypted value, encrypted payload, encrypted blob,
      encrypted content, encrypted field, lockbox`),
  },
];
