import { type InfoType, list, TEXT, TEXT_OR_NUMBER } from "./infoType.ts";

const BUSINESS = { category: "business", level: "confidential", regulations: ["SOC 2 C1.1"] } as const;

/** What a company keeps to itself. Named narrowly: prices and totals of everyday work are no secret inside. */
export const business: readonly InfoType[] = [
  {
    ...BUSINESS,
    name: "cost_and_margin",
    title: "costs and margins",
    mask: "bucket",
    shapes: TEXT_OR_NUMBER,
    phrases:
      list(`unit cost, cost price, purchase cost, supplier cost, wholesale cost, landed cost, margin, gross margin,
      profit margin, margin percent, markup, floor price, rebate, rebate rate, negotiated price, contract price`),
  },
  {
    ...BUSINESS,
    name: "company_financials",
    title: "company financials",
    mask: "bucket",
    shapes: TEXT_OR_NUMBER,
    phrases:
      list(`ebitda, annual revenue, net revenue, revenue forecast, sales forecast, mrr, monthly recurring revenue,
      annual recurring revenue, company valuation, expected revenue, cap table, operating profit, net profit, burn rate`),
    phrasesIn: { organisation: list("valuation") },
  },
  {
    ...BUSINESS,
    name: "contract_legal",
    title: "contracts and legal matters",
    mask: "full",
    shapes: TEXT,
    phrases:
      list(`contract terms, contract text, nda text, settlement amount, settlement terms, legal hold, legal note,
      legal opinion, litigation, litigation note, privileged note, attorney note, claim note`),
  },
  {
    ...BUSINESS,
    name: "product_secret",
    title: "trade secrets",
    mask: "full",
    shapes: TEXT,
    phrases: list(
      "secret formula, trade secret, proprietary formula, acquisition target, system prompt, roadmap item",
    ),
  },
  {
    ...BUSINESS,
    name: "organisation_tax_id",
    title: "registration numbers of organisations",
    level: "internal",
    mask: "last4",
    shapes: TEXT_OR_NUMBER,
    phrases: list(`vat number, vat id, vat no, vat, ein, employer identification number, company number,
      company registration number, company registration, registration number, duns, duns number, lei, gstin, cnpj, siren,
      siret, abn, acn, ust id, ust idnr, umsatzsteuer id, partita iva, kvk number, handelsregisternummer, kbo`),
    phrasesIn: { organisation: list("tax id, tax number, tax identification number, tin, nif, cif, rfc") },
  },
];
