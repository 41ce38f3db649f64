//! What follows for approvals from the placement that may use them: what each of its writes changes, and what is due about
//! one without an end. Pure.

use crate::clock::Timestamp;
use crate::model::approval::{Approval, KeptApproval, State, Step};
use crate::model::placement::{Phase, Placement};
use shared::ids::ApprovalId;

/// Seconds after which a placement that is on its way is looked at again for its approval.
const LOOK_AGAIN: Timestamp = 60;

/// What a write of a placement changes about approvals.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// The approval whose place another one takes.
    pub replaced: Option<ApprovalId>,
    /// What happens to the placement's own.
    pub step: Option<Step>,
}

/// What changes about approvals when `old` becomes `new`.
pub fn changes(old: Option<&Placement>, new: &Placement) -> Changes {
    let before = old.and_then(|old| old.approval.as_ref());
    let Some(after) = &new.approval else {
        // An approval that is not taken over stays as it is, until its time is over.
        return Changes::default();
    };
    let is_same = |kept: &&KeptApproval| kept.approval.id == after.approval.id;
    let replaced = before.filter(|kept| !is_same(kept) && kept.state.is_live());
    let step = match (before.filter(is_same).map(|kept| kept.state), after.state, &new.phase) {
        // Each claim makes sure that the approval is still open, also one that is known.
        (_, State::Open, Phase::Claimed) => Some(Step::Presented),
        (None, State::Asking, _) => Some(Step::Asked),
        (Some(State::Asking), State::Open, _) => Some(Step::Allowed),
        (Some(State::Asking), State::Void, _) => Some(Step::Denied),
        _ => None,
    };
    Changes { replaced: replaced.map(|kept| kept.approval.id.clone()), step }
}

/// What the reconciler does about an approval without an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Nothing before then.
    Wait(Timestamp),
    /// The placement first: who claimed it has crashed.
    Placement,
    /// End it so.
    End(Step),
}

/// What is due at `now` about `approval`, which is in `state`, when its session's `placement` is as given.
pub fn due(approval: &Approval, state: State, placement: Option<&Placement>, now: Timestamp) -> Due {
    let unused = || match state {
        State::Asking => Due::End(Step::Lost),
        _ if now < approval.expires_at => Due::Wait(approval.expires_at),
        _ => Due::End(Step::Expired),
    };
    let holds_it =
        |placement: &&Placement| placement.approval.as_ref().is_some_and(|kept| kept.approval.id == approval.id);
    let Some(placement) = placement.filter(holds_it) else {
        return unused();
    };
    match &placement.phase {
        Phase::Claimed if now < placement.lease_until => Due::Wait(placement.lease_until),
        Phase::Claimed => Due::Placement,
        // It may be placed yet, and then it has to be paid.
        Phase::Sent | Phase::Unknown => Due::Wait(placement.lease_until.max(now).saturating_add(LOOK_AGAIN)),
        Phase::Refused => unused(),
        Phase::Placed(_) => Due::End(Step::Placed),
    }
}

#[cfg(test)]
mod tests {
    use super::{Changes, Due, changes, due};
    use crate::model::approval::{Approval, KeptApproval, State, Step};
    use crate::model::placement::{Phase, Placement};
    use crate::model::sale::SaleLabels;
    use shared::ids::{ApprovalId, QuoteId, SessionId};
    use shared::plan::{Licences, PlanChoice};

    const EXPIRES: i64 = 1_000;

    fn approval() -> Approval {
        let id = ApprovalId::parse("apr_1").expect("an id");
        let quote = QuoteId::parse("quo_1").expect("an id");
        Approval { id, quote, amount: None, expires_at: EXPIRES }
    }

    fn placement(phase: Phase, lease_until: i64, state: State) -> Placement {
        Placement {
            session: SessionId::parse("ses_1").expect("an id"),
            claim: "clm_1".to_owned(),
            phase,
            lease_until,
            claimed_at: 0,
            content: String::new(),
            sent: None,
            customer: "a@b.com".to_owned(),
            user: "a@b.com".to_owned(),
            plan: PlanChoice::Custom(Licences {
                google_licenses: 2,
                microsoft_licenses: 0,
                google_inboxes_per_domain: 2,
            }),
            client_id: None,
            labels: SaleLabels::default(),
            sale: None,
            approval: Some(KeptApproval::new(approval(), state)),
        }
    }

    #[test]
    fn approvals_of_orders_on_their_way_are_left_alone() {
        for phase in [Phase::Sent, Phase::Unknown] {
            let found = placement(phase, 2_000, State::Open);
            for now in [EXPIRES - 1, EXPIRES, 3_000] {
                let Due::Wait(until) = due(&approval(), State::Open, Some(&found), now) else {
                    panic!("{:?} at {now}", found.phase);
                };
                assert!(until > now);
            }
        }
    }

    #[test]
    fn unused_approvals_end_when_their_time_is_over() {
        let refused = placement(Phase::Refused, 0, State::Open);
        for found in [None, Some(&refused)] {
            assert_eq!(due(&approval(), State::Open, found, EXPIRES - 1), Due::Wait(EXPIRES));
            assert_eq!(due(&approval(), State::Open, found, EXPIRES), Due::End(Step::Expired));
        }
        let mut other = refused.clone();
        other.phase = Phase::Sent;
        let Some(kept) = &mut other.approval else { panic!("no approval") };
        kept.approval.id = ApprovalId::parse("apr_2").expect("an id");
        assert_eq!(due(&approval(), State::Open, Some(&other), EXPIRES), Due::End(Step::Expired));
    }

    #[test]
    fn claims_are_ended_before_their_approvals() {
        let claimed = placement(Phase::Claimed, 500, State::Asking);
        assert_eq!(due(&approval(), State::Asking, Some(&claimed), 499), Due::Wait(500));
        assert_eq!(due(&approval(), State::Asking, Some(&claimed), 500), Due::Placement);
    }

    #[test]
    fn unanswered_questions_are_void() {
        assert_eq!(due(&approval(), State::Asking, None, 0), Due::End(Step::Lost));
        let found = placement(Phase::Refused, 0, State::Asking);
        assert_eq!(due(&approval(), State::Asking, Some(&found), 0), Due::End(Step::Lost));
    }

    #[test]
    fn each_write_moves_its_approval_one_step() {
        let with = |phase: Phase, state: State| placement(phase, 500, state);
        let asking = with(Phase::Claimed, State::Asking);
        for (old, new, step) in [
            (None, with(Phase::Claimed, State::Open), Some(Step::Presented)),
            (Some(with(Phase::Refused, State::Open)), with(Phase::Claimed, State::Open), Some(Step::Presented)),
            (None, asking.clone(), Some(Step::Asked)),
            (Some(asking.clone()), asking.clone(), None),
            (Some(asking.clone()), with(Phase::Sent, State::Open), Some(Step::Allowed)),
            (Some(asking), with(Phase::Refused, State::Void), Some(Step::Denied)),
            (Some(with(Phase::Claimed, State::Open)), with(Phase::Sent, State::Open), None),
            (Some(with(Phase::Sent, State::Open)), with(Phase::Refused, State::Open), None),
        ] {
            assert_eq!(changes(old.as_ref(), &new), Changes { replaced: None, step }, "{old:?} {new:?}");
        }
    }

    #[test]
    fn a_live_approval_is_replaced_by_another() {
        let mut new = placement(Phase::Claimed, 500, State::Open);
        let Some(kept) = &mut new.approval else { panic!("no approval") };
        kept.approval.id = ApprovalId::parse("apr_2").expect("an id");
        for (state, replaced) in [(State::Open, true), (State::Asking, true), (State::Void, false)] {
            let found = changes(Some(&placement(Phase::Refused, 0, state)), &new);
            assert_eq!(found.replaced, replaced.then(|| approval().id), "{state:?}");
        }
        new.approval = None;
        assert_eq!(changes(Some(&placement(Phase::Refused, 0, State::Open)), &new), Changes::default());
    }
}
