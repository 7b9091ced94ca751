import ipaddr from "ipaddr.js";
import validator from "validator";
import { type Detector, matching } from "./detector.ts";

/** An IPv4 address in four parts or an IPv6 address, with or without a prefix length. */
export function isIpAddress(value: string): boolean {
  if (value.length > 50) return false;
  const address = value.replace(/\/\d{1,3}$/, "");
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(address)) return ipaddr.IPv4.isValidFourPartDecimal(address);
  return address.includes(":") && /^[0-9a-f:.]+$/i.test(address) && ipaddr.IPv6.isValid(address);
}

/** Four small numbers are a version; nearly all addresses have a larger one, but for private networks. */
const isLikelyAddress = (value: string): boolean =>
  isIpAddress(value) &&
  (value.includes(":") ||
    /^(?:10|127)\./.test(value) ||
    value.split(/[./]/).some((octet) => Number(octet) >= 100));

export const networkDetectors: readonly Detector[] = [
  {
    id: "ip_address",
    lengths: [3, 50],
    infoType: "ip_address",
    passes: "the form of an IP address",
    baseRate: 0.001,
    expected: 0.9,
    alone: true,
    inText: false,
    test: isLikelyAddress,
  },
  {
    id: "mac_address",
    lengths: [17, 17],
    needs: "colon",
    infoType: "mac_address",
    passes: "the form of a hardware address",
    baseRate: 0.0001,
    expected: 0.9,
    alone: true,
    inText: false,
    test: (value) => value.length === 17 && validator.isMACAddress(value),
  },
  {
    id: "vin",
    lengths: [17, 17],
    needs: "digit",
    infoType: "vehicle_vin",
    passes: "the form of a vehicle identification number",
    baseRate: 0.002,
    expected: 0.9,
    alone: false,
    inText: false,
    test: matching(/^(?=.*\d)(?=.*[A-Z])[A-HJ-NPR-Z\d]{17}$/),
  },
];
