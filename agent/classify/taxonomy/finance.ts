import { type InfoType, list, TEXT, TEXT_OR_NUMBER } from "./infoType.ts";

const PCI = { category: "PCI", level: "restricted", shapes: TEXT_OR_NUMBER } as const;
const PII = { category: "PII", level: "restricted", shapes: TEXT_OR_NUMBER } as const;

/** Cards, accounts and what money moves by. */
export const finance: readonly InfoType[] = [
  {
    ...PCI,
    name: "payment_card",
    title: "payment card numbers",
    leastDigits: 12,
    mask: "last4",
    regulations: ["PCI DSS 3.4", "PCI DSS 3.5", "GDPR 4(1)", "SOC 2 CC6.7"],
    phrases:
      list(`card number, card no, card num, credit card, credit card number, debit card, debit card number,
      payment card number, payment card, cc number, ccn, ccnum, primary account number, card pan,
      numero tarjeta, numero de tarjeta, tarjeta credito, kreditkarte, kreditkartennummer, kartennummer, carte bancaire,
      numero carte, carte de credit, numero cartao, cartao credito, carta di credito, numero carta, 卡号, 银行卡号`),
    phrasesIn: {
      card: list("number, pan, cc"),
      payment: list("pan, pan number, card, cc num, cc"),
      person: list("cc num, card no"),
    },
  },
  {
    ...PCI,
    name: "card_last_digits",
    title: "last digits of cards and accounts",
    level: "confidential",
    mask: "full",
    regulations: ["PCI DSS 3.4", "GDPR 4(1)"],
    phrases:
      list(`card last 4, card last four, card last digit, card last 4 digits, card last four digits, cc last 4, cc last four,
      credit card last 4, credit card last four, last 4 of card, account last 4, account last four, bank account last 4,
      iban last 4, masked pan`),
    phrasesIn: {
      payment: list("last 4, last four, last 4 digits, last four digits, last digits, dynamic last 4"),
    },
  },
  {
    ...PCI,
    name: "card_cvv",
    title: "card security codes",
    mask: "full",
    regulations: ["PCI DSS 3.3.1.2"],
    phrases:
      list(`cvv, cvv 2, cvc, cvc 2, csc, card security code, card verification, card verification value,
      card verification code, card code, cvv code, cvc code, codigo seguridad tarjeta`),
    phrasesIn: { payment: list("cid, security code, verification value, verification code") },
  },
  {
    ...PCI,
    name: "card_track_or_pin",
    title: "card tracks and PINs",
    mask: "full",
    regulations: ["PCI DSS 3.3.1.1", "PCI DSS 3.3.1.3"],
    phrases:
      list(`track 1, track 2, track 1 data, track 2 data, track data, magstripe, magnetic stripe, pin block,
      card pin, atm pin, emv data, encrypted pin`),
    phrasesIn: { payment: list("pin, pin code"), credential: list("pin, pin code") },
  },
  {
    ...PCI,
    name: "card_expiry",
    title: "card expiry dates",
    level: "confidential",
    mask: "full",
    regulations: ["PCI DSS 3.4"],
    shapes: [...TEXT_OR_NUMBER, "temporal"],
    phrases:
      list(`card expiry, card expiration, card expiry date, card expiration date, cc expires, cc expiry, cc exp,
      card exp, card exp month, card exp year, card expiry month, card expiry year, exp month, exp year,
      expiry month, expiry year, expiration month, expiration year, cc expiration`),
    phrasesIn: {
      card: list("month, year"),
      payment: list(
        "expiry, expiration, expiry date, expiration date, expires, expires on, exp, exp date, valid thru",
      ),
    },
  },
  {
    ...PCI,
    name: "cardholder_name",
    title: "cardholder names",
    level: "confidential",
    mask: "initials",
    shapes: TEXT,
    regulations: ["PCI DSS 3.4", "GDPR 4(1)"],
    phrases: list(`cardholder, cardholder name, card holder, card holder name, name on card, account holder,
      account holder name, titular, titular tarjeta, titular cuenta, karteninhaber, kontoinhaber, titulaire,
      intestatario, bank account holder`),
    phrasesIn: { card: list("name, card name"), payment: list("holder, holder name, card name") },
  },
  {
    ...PII,
    name: "iban",
    title: "IBANs",
    mask: "last4",
    regulations: ["GDPR 4(1)", "HIPAA (J)", "SOC 2 C1.1"],
    shapes: TEXT,
    phrases: list("iban, iban number, bank iban, iban code, iban nummer"),
  },
  {
    ...PII,
    name: "bank_account",
    title: "bank account numbers",
    mask: "last4",
    regulations: ["GDPR 4(1)", "HIPAA (J)", "SOC 2 C1.1"],
    phrases:
      list(`bank account, bank account number, bank account no, bank acct, bank acct number, bank acc number, bank ac no, dd account, beneficiary account number,
      payee account number, account number encrypted, building society roll number, roll number, account iban, bban, clabe, nuban,
      direct deposit account, checking account, checking account number, savings account number, cuenta bancaria,
      numero cuenta, numero de cuenta, kontonummer, bankkonto, bankverbindung, compte bancaire, numero de compte,
      conto corrente, conta bancaria, numero conta, rekeningnummer, bankrekening, numer konta, 银行账号, 口座番号`),
    phrasesIn: {
      organisation: list("account number, account no, bank account no"),
      payment: list(
        "account number, account no, account num, debtor account, creditor account, payee account, from account, to account",
      ),
      employee: list("account number, account no, deposit account"),
      person: list("account number"),
    },
    hints: list("account number"),
  },
  {
    ...PII,
    name: "bank_routing",
    title: "bank codes",
    level: "internal",
    mask: "last4",
    regulations: ["SOC 2 C1.1"],
    phrases: list(
      "routing number, aba, aba number, aba routing number, sort code, bic, bic code, swift, swift code, swift bic, ifsc, ifsc code, blz, bankleitzahl, bsb",
    ),
  },
  {
    ...PII,
    name: "payment_token",
    title: "payment provider tokens",
    level: "confidential",
    mask: "partial",
    shapes: TEXT,
    regulations: ["PCI DSS 3", "SOC 2 C1.1"],
    phrases:
      list(`stripe customer id, stripe id, stripe token, stripe payment method id, payment method id token,
      payment method token, payment token, card token, gateway token, gateway customer id, braintree id,
      braintree customer id, paypal payer id, adyen reference, processor token`),
    phrasesIn: { payment: list("token, processor customer id, network token") },
  },
  {
    ...PII,
    name: "crypto_wallet",
    title: "wallet addresses",
    level: "confidential",
    mask: "last4",
    shapes: TEXT,
    regulations: ["GDPR 4(1)", "HIPAA (J)"],
    phrases:
      list(`wallet address, btc address, bitcoin address, eth address, ethereum address, crypto address,
      crypto wallet, xpub, public wallet, usdt address, payout address crypto`),
  },
  {
    ...PII,
    name: "credit_profile",
    title: "creditworthiness",
    level: "confidential",
    mask: "bucket",
    regulations: ["GDPR 4(1)", "SOC 2 C1.1"],
    phrases:
      list(`arrears balance, rent arrears, credit score, fico, fico score, credit rating score, credit bureau score, cibil score, schufa score, bonitat,
      net worth, total debt, debt amount, outstanding debt, loan amount requested, bankruptcy, payment default, dunning level,
      creditworthiness, risk of default, arrears amount`),
    phrasesIn: {
      person: list(
        "wealth rating, loan amount, loan balance, emi, monthly repayment, credit rating, debt, arrears, overdraft",
      ),
    },
  },
];
