/** How providers mark the keys they give out: a prefix, and the pattern of what follows. */
const PREFIXES: readonly (readonly [prefix: string, rest: string])[] = [
  ...["AKIA", "ASIA", "AGPA", "AIDA", "AROA", "AIPA", "ANPA", "ANVA", "A3T"].map(
    (prefix): readonly [string, string] => [prefix, prefix === "A3T" ? "[A-Z0-9]{17}" : "[A-Z0-9]{16}"],
  ),
  ...["ghp_", "gho_", "ghu_", "ghs_", "ghr_"].map((prefix): readonly [string, string] => [
    prefix,
    "[A-Za-z0-9_]{30,255}",
  ]),
  ["ghs_", "\\d{1,20}_[\\w-]{1,1000}\\.[\\w-]{1,2000}\\.[\\w-]{1,1000}"],
  ["github_pat_", "\\w{30,}"],
  ["gl", "(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas|soat)-[\\w-]{18,}"],
  ["gl", "c_[A-Za-z0-9+/]{32,400}={0,2}"],
  ["glsa_", "[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}"],
  ...["sk_", "pk_", "rk_", "ak_", "whsec_"].map((prefix): readonly [string, string] => [
    prefix,
    "(?:live_|test_)?[A-Za-z0-9]{16,}",
  ]),
  ["sk-", "(?:ant-|proj-|svcacct-|admin-|or-)?[\\w-]{20,}"],
  ["gsk_", "[A-Za-z0-9]{40,}"],
  ["xai-", "[A-Za-z0-9]{60,}"],
  ["r8_", "[A-Za-z0-9]{37}"],
  ["xox", "[abeporsc]-[\\w-]{10,}"],
  ["xapp-", "[\\w-]{10,}"],
  ["hooks.slack.com/services/", "T\\w{1,40}/B\\w{1,40}/\\w{1,40}"],
  ["discord.com/api/webhooks/", "\\d{15,21}/[\\w-]{40,90}"],
  ["AIza", "[\\w-]{30,}"],
  ["GOCSPX-", "[\\w-]{28}"],
  ["ya29.", "[\\w-]{20,}"],
  ["SG.", "[\\w-]{16,128}\\.[\\w-]{16,128}"],
  ["npm_", "\\w{30,}"],
  ["pypi-", "AgEIcHlwaS5vcmc[\\w-]{50,}"],
  ["rubygems_", "[a-f0-9]{48}"],
  ["dckr_", "(?:pat|oat)_[\\w-]{27,}"],
  ["hf_", "[A-Za-z0-9]{30,}"],
  ["lin_", "(?:api|oauth)_\\w{30,}"],
  ["ntn_", "\\d{11}[A-Za-z0-9]{35}"],
  ["secret_", "[A-Za-z0-9]{43}"],
  ["shp", "(?:at|ca|pa|ss)_[a-zA-Z0-9]{30,64}"],
  ["EAA", "[A-Za-z0-9]{40,}"],
  ["key-", "[a-f0-9]{32}"],
  ["AC", "[a-f0-9]{32}"],
  ["SK", "[a-f0-9]{32}"],
  ["pat", "[A-Za-z0-9]{14}\\.[a-f0-9]{60,}"],
  ["do", "[opr]_v1_[a-f0-9]{60,}"],
  ["hv", "[sbr]\\.[\\w-]{20,}"],
  ["dp.", "(?:pt|st|ct|sa|scim|audit)\\.(?:[a-z0-9-]{1,40}\\.)?[A-Za-z0-9]{40,}"],
  ["dapi", "[A-Fa-f0-9]{32}(?:-\\d)?"],
  ["ops_", "ey[A-Za-z0-9+/=]{100,1280}"],
  ["figd_", "[\\w-]{40,200}"],
  ["tskey-", "[a-z]{2,20}-\\w{8,40}-\\w{16,60}"],
  ["vc", "[piark]_[A-Za-z0-9]{20,60}"],
  ["cf", "(?:k|ut|at)_[A-Za-z0-9]{40}[0-9a-f]{8}"],
  ["nvapi-", "[\\w-]{50,}"],
  ["PMAK-", "[a-f0-9]{24}-[a-f0-9]{34}"],
  ["sntry", "(?:s|u)_[\\w+/=-]{40,}"],
  ["pul-", "[a-f0-9]{40}"],
  ["sq0", "(?:atp|csp|idp)-[\\w-]{22,43}"],
  ["NRAK-", "[A-Z0-9]{27}"],
  ["AGE-SECRET-KEY-1", "[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}"],
];

/** Providers that mark keys the way it has become usual: `acme_live_…`. */
const USUAL = /[a-z]{2,6}_(?:live|test|prod|sandbox)_[A-Za-z0-9]{16,}(?![A-Za-z0-9])/y;

interface KeyForm {
  readonly prefix: string;
  readonly rest: RegExp;
}

/** By their first letter: a place in a text is compared with few of them. */
const BY_LETTER = new Map<number, readonly KeyForm[]>();
for (const [prefix, rest] of PREFIXES) {
  const form = { prefix, rest: new RegExp(`${rest}(?![A-Za-z0-9])`, "y") };
  const letter = prefix.charCodeAt(0);
  BY_LETTER.set(letter, [...(BY_LETTER.get(letter) ?? []), form]);
}

/** Where a provider's key that begins at a place of a text ends; -1 where none does. */
export function providerKeyEnd(text: string, start: number): number {
  const code = text.charCodeAt(start);
  for (const { prefix, rest } of BY_LETTER.get(code) ?? []) {
    if (!text.startsWith(prefix, start)) continue;
    rest.lastIndex = start + prefix.length;
    if (rest.test(text)) return rest.lastIndex;
  }
  if (code < 97 || code > 122 || !text.slice(start + 2, start + 7).includes("_")) return -1;
  USUAL.lastIndex = start;
  return USUAL.test(text) ? USUAL.lastIndex : -1;
}

/** A value that is a provider's key as a whole. */
export const isProviderKey = (value: string): boolean =>
  value.length >= 16 && value.length <= 4096 && providerKeyEnd(value, 0) === value.length;
