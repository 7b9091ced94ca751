/** 32 bytes, a hash or a public key, in the one base64 that says them: the last letter has no bits to spare. */
export const BASE64_OF_32_BYTES = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/;

/** Standard base64 with padding. */
export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** The bytes, or null where the text is anything else than their one spelling. */
export function fromBase64(text: string): Uint8Array | null {
  try {
    const binary = atob(text);
    if (btoa(binary) !== text) return null;
    const bytes = new Uint8Array(binary.length);
    for (let at = 0; at < bytes.length; at += 1) bytes[at] = binary.charCodeAt(at);
    return bytes;
  } catch {
    return null;
  }
}
