// Written by `npm run declare`: records of the order proxy, from docs/openapi.json.

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description Availability and prices of a name, or the reason why it cannot be ordered. */
        AvailabilityRow: {
            /** @description Whether it can be ordered now. */
            available: boolean;
            /** @description Whether the result is final. `false`: check the name again, or correct it. */
            checked: boolean;
            /** @description ISO 4217, such as `usd`, in whatever letter case upstream sends. */
            currency?: string;
            /** @description The name in lower case, or the text that was sent if it is not a name. */
            domain: string;
            /** @description What to do, as a sentence for the customer. */
            message?: string;
            /** @description `true` if the customer owns the domain and nothing has to be registered; absent otherwise. */
            owned?: boolean;
            /** @description Whether it has a premium price: upstream does not sell such a name. */
            premium: boolean;
            /** @description Price of the first year, in cents. */
            price_cents?: number;
            /** @description Why it cannot be ordered: `taken`, `premium`, `invalid`, `errored`, `stale`, `tld_not_offered`, `not_connected`, `in_use` (the customer's own domain, part of another order); other values may be added. */
            reason?: string;
            /** @description Price of each further year, in cents; absent if unknown. */
            renewal_price_cents?: number;
            /** @description Providers that can host its inboxes: `google` or `microsoft`; other values may be added. */
            usable_for: string[];
        };
        /** @description What the customer pays the partner for an order, in cents. */
        Charge: {
            /** @description ISO 4217 in lower case, such as `usd`. */
            currency: string;
            /** @description Price of the plan; absent if the plan has no price. */
            plan?: components["schemas"]["PlanPrice"];
            /** @description The domains, and the first period of the plan. */
            total_cents: number;
        };
        /** @description One row of `GET /v1/domains/claims`: a domain that a customer has asked to import and that is not connected yet. */
        Claim: {
            /** @description The name, in lower case. */
            domain: string;
            /** @description The latest import of the domain, `imp_…`; `null` until upstream responds. */
            import: string | null;
            /**
             * Format: date-time
             * @description No other customer can import the domain until then, ISO 8601 in UTC.
             */
            until: string;
        };
        /** @description What an order costs, in cents. */
        Costs: {
            /** @description ISO 4217, such as `usd`, in whatever letter case upstream sends. */
            currency: string;
            /** @description Sum of all lines, in cents. */
            total_cents: number;
        };
        /** @description One domain of an order. */
        DomainView: {
            /** @description The name, in lower case. */
            domain: string;
            /** @description `google` or `microsoft`; absent until upstream has assigned it. */
            provider?: string;
            /** @description `in_progress`, `connected`, `action_required`; other values may be added. */
            status: string;
        };
        /** @description An order as the customer fills it in. */
        Draft: {
            /** @description Token of the partner's approval, for a session whose `approval` is `token`. */
            approval?: string | null;
            /** @description The picks, as many as the plan requires. */
            domains: components["schemas"]["DraftDomain"][];
            /**
             * @description Redirect target for visitors of the domains: `https` or `http`, at most 2,048 characters.
             * @example https://acme.com
             */
            forwarding_url?: string | null;
            /** @description The personas that the inboxes use as senders. */
            personas: components["schemas"]["DraftPersona"][];
            /** @description Token of a quote. The order is placed only if no price has risen and every domain is still available. Required where the order needs an approval. */
            quote?: string | null;
        };
        /** @description A domain name, or a domain name with its own redirect. */
        DraftDomain: string | components["schemas"]["RedirectedDomain"];
        /** @description A persona that inboxes use as sender. */
        DraftPersona: {
            /** @description Given name: letters, spaces, hyphens, apostrophes and dots. */
            first_name: string;
            /** @description Family name, in the same characters. */
            last_name: string;
            /** @description Public web address of a picture; `null` when there is none. */
            profile_picture_url: string | null;
        };
        /** @description A validation error and its field. */
        Finding: {
            /** @description Stable code, such as `missing_field`, `wrong_type`, `unknown_field`, or `duplicate_field` (a name that occurs twice in an object). */
            code: string;
            /** @description Path of the field, such as `domains[3]`; empty for the whole body. */
            field: string;
            /** @description What to do, as a sentence for people. The text may change; use `code` in programs. */
            message: string;
        };
        /** @description One domain of an import. */
        ImportRow: {
            /** @description The name in lower case, or the text that was sent if it is not a name. */
            domain: string;
            /** @description What to do, as a sentence for the customer. */
            message?: string;
            /** @description Why it failed: `taken`, `claim_expired`, `released`, `not_answered`, `not_imported`, `not_root_domain`, `domain_is_ending`, `registry_not_supported`; other values may be added. */
            reason?: string;
            /** @description `in_progress`, `action_required`, `completed`, `failed`; other values may be added. */
            status: string;
        };
        /** @description Status of an import: `POST /v1/domains/import` and the lookups of its result. */
        ImportView: {
            /** @description One row per domain, in the order of the request. */
            domains: components["schemas"]["ImportRow"][];
            /** @description Upstream's `imp_…`; `null` if no domain could be imported, and until upstream responds. */
            id: string | null;
            /** @description Nameservers to set at the registrar, and for which domains. */
            nameserver_groups: components["schemas"]["NameserverGroup"][];
            /** @description Seconds after which to poll again. */
            poll_after_seconds: number;
            /** @description `in_progress`, `action_required`, `completed`, `failed`; other values may be added. */
            status: string;
        };
        /** @description One inbox of an order. Never its password. */
        InboxView: {
            /** @description The e-mail address, in lower case. */
            address: string;
            /** @description The domain after the `@`. */
            domain: string;
            /** @description `google` or `microsoft`; absent until upstream has assigned it. */
            provider?: string;
        };
        /** @description Limits of one request. */
        Limits: {
            /** @description Maximum number of names in one call to `/v1/domains/availability`. */
            availability_names: number;
            /** @description Maximum number of personas of one order. */
            personas: number;
        };
        /** @description Nameservers, and the domains that need them. */
        NameserverGroup: {
            /** @description The domains that need these nameservers. */
            domains: string[];
            /** @description Host names: set all of them at the registrar. */
            nameservers: string[];
        };
        /** @description An order in a list. */
        OrderRow: {
            /** @description When a cancellation takes effect, ISO 8601; absent without a cancellation. */
            cancels_at?: string;
            /** @description Price that the customer pays; absent if no amounts are shown. */
            charge?: components["schemas"]["Charge"];
            /** @description Partner only: price that upstream charges, including licences; `null` until it is known. */
            cost?: components["schemas"]["Costs"] | null;
            /** @description Price that upstream charges the partner, if upstream's amounts are shown; `null` until it is known. */
            costs?: components["schemas"]["Costs"] | null;
            /** @description When upstream accepted the order, ISO 8601; `null` until it is known. */
            created_at: string | null;
            /** @description The customer: partner only; `null` if unknown. */
            customer?: string | null;
            /** @description Number of domains in the order. */
            domain_count: number;
            /** @description Whether the status is final. */
            final: boolean;
            /** @description Upstream's `ord_…`. */
            id: string;
            /** @description Partner only: the charge minus the cost; `null` until both are known, and if no amounts are shown. */
            margin_cents?: number | null;
            /** @description Partner only: the metadata of the session. */
            metadata?: {
                [key: string]: string;
            };
            /** @description Partner only: the reference of the session; `null` without one. */
            reference?: string | null;
            /** @description When the paid period ends, ISO 8601; absent until it is known. */
            renews_at?: string;
            /** @description Latest known status, such as `in_progress`. */
            status: string;
            /**
             * Format: date-time
             * @description Time of the latest change, ISO 8601 in UTC.
             */
            updated_at: string;
        };
        /** @description The status of an order. */
        OrderView: {
            /** @description When a cancellation takes effect, ISO 8601; absent without a cancellation. */
            cancels_at?: string;
            /** @description Price that the customer pays; absent if no amounts are shown. */
            charge?: components["schemas"]["Charge"];
            /** @description Partner only: price that upstream charges, including licences; `null` until it is known. */
            cost?: components["schemas"]["Costs"] | null;
            /** @description Price that upstream charges the partner, if upstream's amounts are shown; absent until it is known. */
            costs?: components["schemas"]["Costs"];
            /** @description When upstream accepted the order, ISO 8601. */
            created_at?: string;
            /** @description Partner only: the customer, or the pseudonym of an erased customer. */
            customer?: string;
            /** @description Number of domains in the order. */
            domain_count: number;
            /** @description The domains, sorted by name. */
            domains: components["schemas"]["DomainView"][];
            /** @description Price of the domains' renewal, as it was when they were ordered; absent if it is not known, and if no amounts are shown. */
            domains_renewal?: components["schemas"]["Renewal"];
            /** @description Whether the status is final, so that polling can stop. */
            final: boolean;
            /** @description Partner only: the latest order object from upstream, without personal data. */
            full?: {
                [key: string]: unknown;
            };
            /** @description `true` if long texts and lists in `full` were truncated, or `full` was omitted; absent otherwise. */
            full_truncated?: boolean;
            /** @description Upstream's `ord_…`. */
            id: string;
            /** @description The inboxes that upstream has reported, sorted by domain and address; never passwords. */
            inboxes: components["schemas"]["InboxView"][];
            /** @description `true` if there are more inboxes than are stored; absent otherwise. */
            inboxes_truncated?: boolean;
            /** @description Partner only: the charge minus the cost; `null` until both are known, and if no amounts are shown. */
            margin_cents?: number | null;
            /** @description Partner only: the metadata of the session. */
            metadata?: {
                [key: string]: string;
            };
            /** @description Actions that are required before provisioning continues. */
            pending_actions: components["schemas"]["PendingAction"][];
            /** @description Partner only: the reference of the session; `null` without one. */
            reference?: string | null;
            /** @description When the paid period ends and the next one begins, ISO 8601; absent until it is known. */
            renews_at?: string;
            /** @description Latest known status: `in_progress`, `action_required`, `completed`, `failed`, `cancel_scheduled`, `cancelled`; other values may be added. */
            status: string;
            /** @description Events of the order, oldest first. */
            timeline: components["schemas"]["TimelineEntry"][];
            /** @description `true` if older entries exist; absent otherwise. */
            timeline_truncated?: boolean;
            /**
             * Format: date-time
             * @description Time of the latest change, ISO 8601 in UTC.
             */
            updated_at: string;
        };
        /** @description Actions that are required before provisioning continues. */
        PendingAction: {
            /** @description Kind of action, such as `google_profile_picture`. */
            type: string;
            /** @description The domain that needs the action; absent for the whole order. */
            domain?: string;
            /** @description Upstream's `act_…`; absent if upstream sends none. */
            id?: string;
            /** @description What is wrong, in upstream's words. */
            message?: string;
            /** @description The persona that the action is about, such as the one on a picture. */
            person?: components["schemas"]["Person"];
            /** @description Why it is needed, such as `profile_picture_not_accessible`. */
            reason?: string;
            /** @description What to do, as a sentence for the customer. */
            what_to_do: string;
            /**
             * @description Who can do it: `customer` or `partner`.
             * @enum {string}
             */
            who: "customer" | "partner";
        };
        /** @description How often something is charged. */
        Period: "month" | "year";
        /** @description A person by name. */
        Person: {
            /** @description Given name, such as `Sam`; empty if upstream sends none. */
            first_name: string;
            /** @description Family name, such as `Lee`; empty if upstream sends none. */
            last_name: string;
        };
        /** @description Status of the session's order. While the order is being placed, `id` is absent and `status` is `placing`: poll again later. */
        Placed: {
            /** @description Upstream's `ord_…`; `null` while the order is being placed. */
            id: string | null;
            /** @description `placing`, or the order's status. */
            status: string;
        };
        /** @description What the plan costs the customer. */
        PlanPrice: {
            /** @description The period. */
            per: components["schemas"]["Period"];
            /** @description For each period, in cents. */
            price_cents: number;
        };
        /** @description The plan of a session. */
        PlanView: {
            /** @description Display name of the plan. */
            name: string;
            /** @description Number of domains to pick, from upstream. */
            required_domains: components["schemas"]["RequiredDomains"];
        };
        /** @description One domain of a quote, as its customer sees it. */
        QuoteLine: {
            /** @description The name, in lower case. */
            domain: string;
            /** @description Price of the first year, in cents; absent if no amounts are shown. */
            price_cents?: number;
            /** @description Price of each further year, in cents; absent if unknown, and if no amounts are shown. */
            renewal_price_cents?: number;
        };
        /** @description Proof that upstream accepted the order. */
        Receipt: {
            /** @description Price that the customer pays; absent if no amounts are shown. */
            charge?: components["schemas"]["Charge"];
            /** @description Price that upstream charges the partner, if upstream's amounts are shown; absent also if upstream sent no price. */
            costs?: components["schemas"]["Costs"];
            /**
             * Format: date-time
             * @description When upstream accepted the order, ISO 8601.
             */
            created_at: string;
            /** @description Number of domains in the order. */
            domain_count: number;
            /** @description Upstream's `ord_…`. */
            id: string;
            /**
             * Format: date-time
             * @description When the paid period ends, ISO 8601; absent if upstream does not send it.
             */
            renews_at?: string;
            /** @description Status at the time of the order, such as `in_progress`. */
            status: string;
        };
        /** @description A domain name with its own redirect. */
        RedirectedDomain: {
            /**
             * @description The name.
             * @example acme-mail.com
             */
            domain: string;
            /** @description Redirect target of this domain, in place of the order's. */
            forwarding_url?: string | null;
        };
        /** @description What the customer pays for the domains of an order in each further period, in cents. */
        Renewal: {
            /** @description ISO 4217 in lower case, such as `usd`. */
            currency: string;
            /** @description The period: domains renew yearly, whatever the period of the plan. */
            per: components["schemas"]["Period"];
            /** @description All domains that were ordered. */
            total_cents: number;
        };
        /** @description Domains per provider. For a bundle the numbers come from upstream and are never computed here. */
        RequiredDomains: {
            /** @description Domains for Google inboxes. */
            google: number;
            /** @description Domains for Microsoft inboxes. */
            microsoft: number;
            /** @description Sum of both. */
            total: number;
        };
        /** @description A session as its customer sees it: `GET /v1/session`. */
        SessionView: {
            /** @description The approval by the partner that an order needs: `none`, `token` or `call`. */
            approval: string;
            /** @description The customer of the token: an e-mail address or upstream's `usr_…`. */
            customer: string;
            /**
             * Format: date-time
             * @description When the session ends, ISO 8601 in UTC.
             */
            expires_at: string;
            /** @description The session, the `jti` of its token. */
            id: string;
            /** @description Limits of one request. */
            limits: components["schemas"]["Limits"];
            /** @description The session's order; `null` until there is one. */
            order: components["schemas"]["Placed"] | null;
            /** @description The plan; `null` if the session can read, not order. */
            plan: components["schemas"]["PlanView"] | null;
            /** @description The prices that are shown. Absent from older servers, which show upstream's. */
            pricing: components["schemas"]["ShownPricing"];
            /** @description Endings for suggested names, without the dot, such as `com`. Empty: all that upstream sells. */
            tlds: string[];
        };
        /** @description Which amounts customers see. */
        Show: "none" | "retail" | "cost";
        /** @description What a session shows of prices. */
        ShownPricing: {
            /** @description ISO 4217 in lower case; absent if no amounts are shown, and until the currency is known. */
            currency?: string;
            /** @description Price of the plan for the customer, in addition to the domains; absent if the plan has no price. */
            plan?: components["schemas"]["PlanPrice"];
            /** @description `none`: no amounts; `retail`: what the customer pays; `cost`: what upstream charges the partner. */
            show: components["schemas"]["Show"];
        };
        /** @description `POST /v1/quotes`. */
        SignedQuote: {
            /** @description ISO 4217 in lower case, such as `usd`; absent if no amounts are shown. */
            currency?: string;
            /**
             * Format: date-time
             * @description When the quote expires, ISO 8601 in UTC.
             */
            expires_at: string;
            /** @description The quote, `quo_…`. */
            id: string;
            /** @description One line per domain, in the order of the request. */
            lines: components["schemas"]["QuoteLine"][];
            /** @description Total price of each further year, in cents; absent if the price of any domain is unknown. */
            renewal_total_cents?: number;
            /** @description Token of the quote, below 1 KB. Send it with the order as `quote`. */
            token: string;
            /** @description Total price of the first year, in cents; absent if no amounts are shown. */
            total_cents?: number;
        };
        /** @description One event on the timeline. */
        TimelineEntry: {
            /** @description Type of the event, such as `order.completed`. */
            type: string;
            /** @description When the event happened, ISO 8601. */
            at: string;
            /** @description The domain of the event; absent for the whole order. */
            domain?: string;
            /** @description Upstream's `evt_…`. */
            event_id: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
