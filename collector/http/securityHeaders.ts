/** On every answer: nothing here is a page, may be framed, or may be taken for another type. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy":
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
};

/**
 * Where the collector has the certificate itself: from here on a browser asks it by TLS alone, for a year. Of other names
 * under this one it knows nothing, and behind a proxy this is the proxy's to say.
 */
export const HSTS = "max-age=31536000";
