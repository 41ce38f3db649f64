// The types of the checkout client as the element uses them. The client is Rust; its types are generated from there.

export type {
  Announcement,
  ApprovalAnswer,
  ApprovalRequest,
  Checkout,
  Claim,
  ImportJob,
  ImportRow,
  Inbox,
  KeptImports,
  Known,
  OrderDomain,
  OrderDraft,
  OrderRow,
  OrderState,
  OrderView,
  PendingAction,
  PlacedOrder,
  PlanPrice,
  Problem,
  Quote,
  QuoteLine,
  QuoteState,
  Receipt,
  Row,
  Sent,
  SessionState,
  SessionView,
  State,
} from '../module/generated/wasm.js';

/** Something that is wrong, and where: found by the server, by the rules, or by the form. */
export interface Finding {
  code: string;
  field?: string;
  message?: string;
  domain?: string;
}
