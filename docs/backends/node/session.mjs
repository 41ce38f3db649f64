// Mints a session for a signed-in customer: npm install jose
import { SignJWT } from "jose";

const key = new TextEncoder().encode(process.env.SESSION_KEY); // the text itself, at least 32 characters

export function mintSession(customer, plan) {
  return new SignJWT({ plan }) // { bundle_id: "bun_…" }, or licence counts
    .setProtectedHeader({ alg: "HS256", typ: "JWT", kid: process.env.SESSION_KID })
    .setAudience(process.env.SESSION_AUDIENCE) // peeker-checkout/test or peeker-checkout/live, as the stage's kind
    .setSubject(customer) // e-mail address or usr_… id
    .setJti(crypto.randomUUID()) // the session's id: one session places one order
    .setIssuedAt()
    .setExpirationTime("30m") // at most 24 hours
    .sign(key);
}
