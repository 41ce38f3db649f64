//! Verifies one delivery repeatedly, and prints the nanoseconds of each: `verify BYTES ROUNDS`.

#![expect(clippy::print_stdout, reason = "its output is its result")]

use bytes::Bytes;
use functions::secret::Secret;
use functions::secrets::SigningSecret;
use functions::webhook::delivery::Delivery;
use functions::webhook::signature::{BaseString, DEFAULT_TOLERANCE, SigningSettings};
use std::hint::black_box;
use std::time::Instant;

const USAGE: &str =
    "usage: verify BYTES ROUNDS TIMESTAMP SIGNATURE, of a body of that many `a` under the secret `whsec_bench`";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [bytes, rounds, timestamp, signature] = arguments.as_slice() else {
        return Err(USAGE.into());
    };
    let rounds: u32 = rounds.parse()?;
    let delivery = Delivery {
        event_id: "evt_bench".to_owned(),
        timestamp: timestamp.clone(),
        signature: signature.clone(),
        body: Bytes::from(vec![b'a'; bytes.parse()?]),
    };
    let secrets = [SigningSecret { environment: "test", secret: Secret::new("whsec_bench") }];
    let signing =
        SigningSettings { base_string: BaseString::TimestampBody, tolerance: DEFAULT_TOLERANCE, accepts_late: false };
    let started = Instant::now();
    for _ in 0..rounds {
        let proven = signing.verify(black_box(&delivery), &secrets).map_err(|_| "the delivery was refused")?;
        if proven.is_none() {
            return Err("the signature does not fit".into());
        }
    }
    println!("{}", started.elapsed().as_nanos() / u128::from(rounds.max(1)));
    Ok(())
}
