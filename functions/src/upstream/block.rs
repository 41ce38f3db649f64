//! Calls that were taken from the shared bucket in advance: how many, for how long, and how many the next time.

use crate::clock::Timestamp;
use crate::upstream::rate::BLOCK_LIFE;

/// Calls that a process has in hand.
#[derive(Debug, Default)]
pub(super) struct Block {
    /// Calls that are left of it.
    left: u32,
    /// Calls that it had.
    size: u32,
    /// When it was taken.
    taken_at: Timestamp,
    /// Before then the bucket has nothing for this process.
    empty_until: Timestamp,
}

impl Block {
    /// Uses one call, if there is one that still counts.
    pub(super) fn spend(&mut self, now: Timestamp) -> bool {
        let counts = (0..BLOCK_LIFE).contains(&now.saturating_sub(self.taken_at));
        match self.left.checked_sub(1).filter(|_| counts) {
            Some(left) => {
                self.left = left;
                true
            }
            None => false,
        }
    }

    /// Seconds until it is worth asking the bucket; `None`: now.
    pub(super) fn wait(&self, now: Timestamp, longest: Timestamp) -> Option<u32> {
        // A wait that is longer than any can be is one of a clock that was set back.
        let wait = self.empty_until.saturating_sub(now);
        (1..=longest).contains(&wait).then(|| u32::try_from(wait).unwrap_or(u32::MAX))
    }

    /// Calls to ask for: twice as many as those that were all used, as many as were used of the others, and few again
    /// after a while without calls.
    pub(super) fn next_size(&self, now: Timestamp, first: u32, most: u32) -> u32 {
        let age = now.saturating_sub(self.taken_at);
        let size = if self.size == 0 || !(0..BLOCK_LIFE.saturating_mul(2)).contains(&age) {
            first
        } else if self.left == 0 {
            self.size.saturating_mul(2)
        } else {
            self.size.saturating_sub(self.left).max(first)
        };
        size.min(most).max(1)
    }

    /// Whether all of it went in the second in which it was taken: the process is under a flood.
    pub(super) fn is_flooded(&self, now: Timestamp) -> bool {
        self.size > 0 && self.left == 0 && self.taken_at == now
    }

    /// Puts a new block in its place.
    pub(super) fn fill(&mut self, calls: u32, now: Timestamp) {
        *self = Self { left: calls, size: calls, taken_at: now, ..*self };
    }

    /// The bucket has nothing more before `until`.
    pub(super) fn empty(&mut self, until: Timestamp) {
        self.empty_until = until;
    }
}

#[cfg(test)]
mod tests {
    use super::Block;

    fn spent(block: &mut Block, now: i64) -> u32 {
        let mut count = 0;
        while block.spend(now) {
            count += 1;
        }
        count
    }

    #[test]
    fn block_size_follows_usage() {
        let mut block = Block::default();
        let mut sizes = Vec::new();
        for now in 0..6 {
            let size = block.next_size(now, 1, 13);
            sizes.push(size);
            block.fill(size, now);
            assert_eq!(spent(&mut block, now), size);
        }
        assert_eq!(sizes, [1, 2, 4, 8, 13, 13]);
        block.fill(13, 6);
        assert!((0..3).all(|_| block.spend(7)));
        assert_eq!(block.next_size(11, 1, 13), 3);
        assert_eq!(block.next_size(16, 1, 13), 1, "an idle process starts small");
    }

    #[test]
    fn unused_calls_expire_after_five_seconds() {
        let mut block = Block::default();
        block.fill(4, 100);
        assert!(block.spend(104));
        assert!(!block.spend(105));
        assert!(!block.spend(99), "a block of the future is one of a clock that was set back");
    }
}
