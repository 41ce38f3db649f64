//! One world: customers, functions, upstream and table on one thread and one virtual clock.

use crate::courier::Courier;
use crate::customer::{self, Character};
use crate::diary::Diary;
use crate::dice::Dice;
use crate::evidence::{gather, is_settled, scan};
use crate::fleet::Fleet;
use crate::invariants::Evidence;
use crate::logs::LogReader;
use crate::options::{Options, WorldPlan};
use crate::peeker::Peeker;
use crate::report::{Report, Violation};
use crate::run::SimulationError;
use crate::shop::{Opening, Shop};
use crate::tally::Tally;
use crate::time::{Timeline, pause};
use crate::values::Values;
use crate::weather::Weather;
use dynoxide::Database;
use std::time::Duration;
use tokio::task::JoinHandle;

/// Seconds from an order to its end, of which each world has one: from quicker than the answer to longer than the
/// reconciler's patience.
const PROVISIONING: [(u64, u64); 4] = [(4, 20), (3, 300), (2, 2_400), (1, 6_000)];
/// Milliseconds for which things fail: longer than the reconciler's patience. The last customers come after 15 minutes.
const STORM: u64 = 80 * 60 * 1_000;
/// Milliseconds between two runs of the reconciler.
const SCHEDULE: u64 = 5 * 60 * 1_000;
/// Milliseconds between them once nothing fails any more.
const QUIET_SCHEDULE: u64 = 3 * SCHEDULE;
/// Runs of the reconciler after the storm, before anything is looked at: two hours, twice its patience.
const QUIET_RUNS: u64 = 8;
/// Milliseconds between two looks after that, and how many there are: upstream tries to deliver for 24 hours.
const LAST_LOOK: u64 = 4 * 60 * 60 * 1_000;
/// As above.
const LAST_LOOKS: u64 = 7;
/// Seconds that all the functions' clocks may be off, in either direction.
const SKEW: u64 = 120;
/// Seconds that the clocks of two functions may be apart: usually, and in some worlds.
const JITTER: u64 = 4;
/// As above.
const WILD_JITTER: u64 = 90;
/// Worlds of 1,000 in which the secrets are rotated while customers order.
const ROTATED: u64 = 300;
/// Customers of 1,000 who have two sessions.
const TWINS: u64 = 60;
/// Seconds that personal data are kept in most worlds.
const KEPT: i64 = 30 * 24 * 60 * 60;
/// The same in some, so that they end while things fail.
const KEPT_BRIEFLY: i64 = 20 * 60;
/// Time limit of one run of the reconciler.
const RECONCILER_LIMIT: Duration = Duration::from_secs(4 * 60);

/// The parts of a running world.
struct World {
    fleet: Fleet,
    courier: Courier,
    database: Database,
    weather: Weather,
    tally: Tally,
    dice: Dice,
    look_every: u64,
}

/// Runs one world to its end and checks every promise.
pub(crate) fn run(plan: WorldPlan, options: &Options) -> Result<Report, SimulationError> {
    // The SDK's jitter comes from here.
    fastrand::seed(plan.seed);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .map_err(|error| SimulationError(format!("no runtime: {error}")))?;
    let report = runtime.block_on(live(plan, options));
    drop(runtime);
    report
}

async fn live(plan: WorldPlan, options: &Options) -> Result<Report, SimulationError> {
    let timeline = Timeline::begin();
    let tally = Tally::default();
    let logs = LogReader::new(tally.clone(), options.show.as_deref());
    let listening = logs.listen(timeline);
    let (world, bundle) = World::create(plan, options, timeline, &tally)?;
    world.fleet.any().1.store.create_table().await.map_err(|error| SimulationError(error.to_string()))?;
    let diaries = world.storm(plan.customers, &bundle).await;
    world.calm().await;
    let mut evidence = gather(&world.fleet, &world.database, &diaries).await;
    evidence.betraying.extend(logs.betraying());
    world.courier.retire();
    drop(listening);
    Ok(report(plan, options, &world, &evidence, timeline))
}

impl World {
    fn create(
        plan: WorldPlan,
        options: &Options,
        timeline: Timeline,
        tally: &Tally,
    ) -> Result<(Self, String), SimulationError> {
        let dice = Dice::new(plan.seed);
        let values = Values::of_world(plan.index);
        let database = Database::memory().map_err(|error| SimulationError(error.to_string()))?;
        let seconds = dice.weighted(&PROVISIONING).unwrap_or(300);
        let provisioning = Duration::from_secs(seconds);
        // Some partners are near upstream's limit.
        let rate = if dice.chance(250) { 600 } else { 0 };
        let peeker = Peeker::start(plan.seed, timeline, &values, provisioning, rate);
        let peeker = peeker.map_err(|error| SimulationError(error.to_string()))?;
        let bundle = peeker.sandbox().create_bundle("Starter", 5_000);
        let courier = Courier::default();
        peeker.deliver_through(courier.clone());
        let weather = Weather::new(dice.fork(1), options.faults, tally.clone());
        let skew = i64::try_from(dice.between(0, 2 * SKEW)).unwrap_or(0) - i64::try_from(SKEW).unwrap_or(0);
        let fleet = Fleet::launch(Shop::open(Opening {
            values: &values,
            peeker: &peeker,
            weather: &weather,
            timeline,
            tally,
            database: &database,
            dice: dice.fork(2),
            skew,
            jitter: if dice.chance(150) { WILD_JITTER } else { JITTER },
            guarded: dice.chance(250),
            keep_personal: if dice.chance(300) { KEPT_BRIEFLY } else { KEPT },
            sabotage: options.sabotage,
        }));
        courier.serve(fleet.clone());
        let look_every = seconds.saturating_mul(1_000 / 3).max(4_000);
        Ok((Self { fleet, courier, database, weather, tally: tally.clone(), dice, look_every }, bundle))
    }

    /// Everybody comes, and things fail. Returns when the storm is over and everybody has left.
    async fn storm(&self, customers: u64, bundle: &str) -> Vec<Diary> {
        self.weather.break_out();
        let upstream = self.spawn_ticker(Duration::from_secs(5));
        let schedule = tokio::spawn(schedule(self.fleet.clone()));
        let mut diaries = Vec::new();
        let mut lives = Vec::new();
        let mut previous: Option<Character> = None;
        for number in 0..customers {
            let diary = Diary::of(number);
            let dice = self.dice.fork(number.saturating_add(1_000));
            let character = match previous.take().filter(|_| dice.chance(TWINS)) {
                Some(other) => other.twin(number, &dice),
                None => Character::roll(number, &dice, bundle),
            };
            previous = Some(character.clone());
            let life = customer::live(self.fleet.clone(), diary.clone(), character, dice, self.look_every);
            lives.push(tokio::spawn(life));
            diaries.push(diary);
        }
        let rotation = self.dice.between(0, STORM / 4);
        pause(rotation).await;
        if self.weather.also(ROTATED, "secrets: rotated") {
            self.rotate();
        }
        pause(STORM.saturating_sub(rotation)).await;
        self.weather.clear_up();
        for life in lives {
            if life.await.is_err() {
                self.tally.count("customers that broke off");
            }
        }
        schedule.abort();
        upstream.abort();
        diaries
    }

    /// Every secret is replaced; the previous ones still hold.
    fn rotate(&self) {
        let shop = &self.fleet.shop;
        shop.values.rotate();
        shop.peeker.sandbox().set_webhook_secret(shop.values.webhook_secret().to_owned());
    }

    /// Nothing fails any more: the reconciler goes on until all has come to rest and the last webhook has come.
    async fn calm(&self) {
        let upstream = self.spawn_ticker(Duration::from_secs(60));
        for _ in 0..QUIET_RUNS {
            pause(QUIET_SCHEDULE).await;
            reconcile(&self.fleet).await;
        }
        for _ in 0..LAST_LOOKS {
            if self.courier.under_way() == 0 && is_settled(&scan(&self.database)) {
                break;
            }
            pause(LAST_LOOK).await;
            reconcile(&self.fleet).await;
        }
        upstream.abort();
    }

    fn spawn_ticker(&self, every: Duration) -> JoinHandle<()> {
        let peeker = self.fleet.shop.peeker.clone();
        tokio::spawn(async move { peeker.tick(every).await })
    }
}

/// Starts the reconciler now and then; schedules sometimes fire twice. Somebody mends what orders wait for.
async fn schedule(fleet: Fleet) {
    let dice = fleet.shop.weather.dice().fork(3);
    loop {
        pause(SCHEDULE).await;
        if fleet.shop.weather.also(50, "schedule: fired twice") {
            futures::join!(reconcile(&fleet), reconcile(&fleet));
        } else {
            reconcile(&fleet).await;
        }
        fleet.shop.peeker.mend(&dice, 80).await;
    }
}

async fn reconcile(fleet: &Fleet) {
    let tally = &fleet.shop.tally;
    tally.count("reconciler: runs");
    let (index, copy) = fleet.any();
    match fleet.invoke(index, RECONCILER_LIMIT, copy.reconciler.run()).await {
        Some(Ok(report)) => {
            tally.add("reconciler: placements looked at", report.placements.into());
            tally.add("reconciler: orders looked at", report.orders.into());
            tally.add("reconciler: drift repaired", report.drift.into());
            tally.add("reconciler: orders whose personal data ended", report.ended.into());
        }
        Some(Err(_)) => tally.count("reconciler: runs that failed"),
        None => tally.count("reconciler: runs that crashed"),
    }
}

fn report(plan: WorldPlan, options: &Options, world: &World, evidence: &Evidence, timeline: Timeline) -> Report {
    let violation = |(check, (subject, what))| Violation { check, world: plan.index, subject, what };
    let violations: Vec<Violation> = evidence.broken().into_iter().map(violation).collect();
    let placed = u64::try_from(evidence.upstream.len()).unwrap_or(u64::MAX);
    Report {
        worlds: 1,
        orders: plan.customers,
        placed,
        without: plan.customers.saturating_sub(placed),
        virtual_seconds: timeline.millis() / 1_000,
        counts: world.tally.counts(),
        commands: if violations.is_empty() { Vec::new() } else { vec![options.command(plan.index)] },
        violations,
    }
}
