//! Verifies one delivery repeatedly with a published crate, and prints the nanoseconds of each:
//! `peeker-checkout-bench-signatures standardwebhooks|svix BYTES ROUNDS`.

use http::HeaderMap;
use std::error::Error;
use std::hint::black_box;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

const USAGE: &str = "usage: peeker-checkout-bench-signatures standardwebhooks|svix BYTES ROUNDS";
const SECRET: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [which, bytes, rounds] = arguments.as_slice() else {
        return Err(USAGE.into());
    };
    let (body, rounds) = (vec![b'a'; bytes.parse()?], rounds.parse::<u32>()?);
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let now = i64::try_from(now)?;
    let mut headers = HeaderMap::new();
    headers.insert("webhook-id", "evt_bench".parse()?);
    headers.insert("webhook-timestamp", now.to_string().parse()?);
    let nanoseconds = match which.as_str() {
        "standardwebhooks" => {
            let webhook = standardwebhooks::Webhook::new(SECRET)?;
            headers.insert("webhook-signature", webhook.sign("evt_bench", now, &body)?.parse()?);
            timed(rounds, || webhook.verify(black_box(&body), &headers))?
        }
        "svix" => {
            let webhook = svix::webhooks::Webhook::new(SECRET)?;
            headers.insert("webhook-signature", webhook.sign("evt_bench", now, &body)?.parse()?);
            timed(rounds, || webhook.verify(black_box(&body), &headers))?
        }
        _ => return Err(USAGE.into()),
    };
    println!("{nanoseconds}");
    Ok(())
}

fn timed<E>(rounds: u32, verify: impl Fn() -> Result<(), E>) -> Result<u128, E> {
    let started = Instant::now();
    for _ in 0..rounds {
        verify()?;
    }
    Ok(started.elapsed().as_nanos() / u128::from(rounds.max(1)))
}
