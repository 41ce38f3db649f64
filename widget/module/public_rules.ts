// The rules that the package offers, with the element and without it.

export type {
  Candidate,
  Finding,
  NameResult,
  Persona,
  Pick,
  PickReport,
  Refusal,
  RequiredDomains,
  Share,
  Solution,
  UrlResult,
  Verdict,
} from './generated/wasm.js';
export { checkForwardingUrl, checkPersonas, checkPicks, solveSplit, validateDomain } from './rules.js';
