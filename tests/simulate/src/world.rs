//! One world: customers, functions, upstream and table on one thread and one virtual clock.

use crate::courier::Courier;
use crate::crowd::{self, Comer};
use crate::customer;
use crate::diary::Diary;
use crate::dice::Dice;
use crate::elsewhere::Elsewhere;
use crate::erasure;
use crate::error::SimulationError;
use crate::evidence::{gather, is_settled, scan};
use crate::features::Features;
use crate::fleet::Fleet;
use crate::logs::LogReader;
use crate::occasions;
use crate::options::{Options, WorldPlan};
use crate::other_stage::Other;
use crate::peeker::Peeker;
use crate::report::Report;
use crate::reporting::report_of;
use crate::schedule::{reconcile, schedule};
use crate::shop::{Opening, Role, Shop};
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
/// The same in the days after, in which only a few still come.
const SLOW_SCHEDULE: u64 = 4 * 60 * 60 * 1_000;
/// Milliseconds between them once nothing fails any more.
const QUIET_SCHEDULE: u64 = 3 * SCHEDULE;
/// Runs of the reconciler after the storm, before anything is looked at: two hours, twice its patience.
const QUIET_RUNS: u64 = 8;
/// Milliseconds between two looks after that, and how many there are: docs/upstream.md#delivery.
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
/// Seconds that personal data are kept in most worlds.
const KEPT: i64 = 30 * 24 * 60 * 60;
/// The same in some, so that they end while things fail.
const KEPT_BRIEFLY: i64 = 20 * 60;

/// The parts of a running world.
struct World {
    fleet: Fleet,
    courier: Courier,
    database: Database,
    weather: Weather,
    tally: Tally,
    dice: Dice,
    look_every: u64,
    elsewhere: Elsewhere,
    /// The stage of the other environment and its table, where this one knows it.
    other: Option<(Other, Database)>,
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
    for fleet in [Some(&world.fleet), world.other.as_ref().map(|(other, _)| &other.fleet)].into_iter().flatten() {
        fleet.any().1.store.create_table().await.map_err(|error| SimulationError(error.to_string()))?;
    }
    let mut comers = crowd::gather(&world.dice, plan.customers, STORM, &bundle, &world.fleet.shop.features);
    occasions::tempt(options.sabotage, &mut comers);
    crowd::count(&comers, &world.fleet.shop.features, &tally);
    let (diaries, staying) = world.storm(comers).await;
    world.calm().await;
    if staying.iter().any(|life| !life.is_finished()) {
        world.days_after(staying).await;
        world.calm().await;
    }
    let mut evidence = gather(&world.fleet, &world.database, &diaries, &world.elsewhere.ids()).await;
    evidence.betraying.extend(logs.betraying());
    evidence.naming = logs.naming();
    if let Some((_, database)) = &world.other {
        (evidence.taken, evidence.other_items) = (world.courier.taken(), scan(database));
    }
    world.courier.retire();
    drop(listening);
    Ok(report_of(plan, options, &evidence, &tally, timeline.millis() / 1_000))
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
        let mut seconds = dice.weighted(&PROVISIONING).unwrap_or(300);
        // Some partners are near upstream's limit.
        let rate = if dice.chance(250) { 600 } else { 0 };
        let mut features = Features::draw(&dice.fork(4), tally);
        occasions::prepare(options.sabotage, &mut features, &mut seconds);
        let provisioning = Duration::from_secs(seconds);
        let peeker = Peeker::start(plan.seed, timeline, &values, &features, (provisioning, rate));
        let peeker = peeker.map_err(|error| SimulationError(error.to_string()))?;
        let bundle = peeker.sandbox().create_bundle("Starter", 5_000);
        let courier = Courier::default();
        let carrying = courier.clone();
        peeker.deliver_through(move |webhook| carrying.take(webhook));
        let elsewhere = Elsewhere::new(&peeker, &courier, &values, tally, dice.fork(5));
        let weather = Weather::new(dice.fork(1), options.faults, tally.clone());
        let skew = i64::try_from(dice.between(0, 2 * SKEW)).unwrap_or(0) - i64::try_from(SKEW).unwrap_or(0);
        let opening = Opening {
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
            features: features.clone(),
            role: Role::Alone,
            sabotage: options.sabotage,
        };
        let other = match features.passes_on {
            true => Some(Database::memory().map_err(|error| SimulationError(error.to_string()))?),
            false => None,
        };
        let other = other.map(|database| (Other::start(opening.clone(), &database), database));
        let address = other.as_ref().and_then(|(other, _)| other.address());
        let fleet = Fleet::launch(Shop::open(Opening { role: address.map_or(Role::Alone, Role::PassesOn), ..opening }));
        courier.serve(fleet.clone());
        let look_every = seconds.saturating_mul(1_000 / 3).max(4_000);
        Ok((
            Self { fleet, courier, database, weather, tally: tally.clone(), dice, look_every, elsewhere, other },
            bundle,
        ))
    }

    /// Everybody comes, and things fail. Returns when the storm is over; with those who have business that takes longer.
    async fn storm(&self, comers: Vec<Comer>) -> (Vec<Diary>, Vec<JoinHandle<()>>) {
        self.weather.break_out();
        let upstream = self.spawn_ticker(Duration::from_secs(5));
        let schedule = tokio::spawn(schedule(self.fleet.clone(), SCHEDULE));
        let other = self.fleet.shop.features.other_environment.then(|| tokio::spawn(self.elsewhere.clone().go_on()));
        let (mut diaries, mut lives, mut staying) = (Vec::new(), Vec::new(), Vec::new());
        for comer in comers {
            let outlasts = comer.outlasts(STORM);
            let Comer { character, dice, leaving } = comer;
            let diary = Diary::of(character.number, &character.email);
            diaries.push(diary.clone());
            if let Some(leaving) = leaving {
                let leave = erasure::leave(self.fleet.clone(), diary.clone(), leaving, dice.fork(6));
                staying.push(tokio::spawn(leave));
            }
            let life = customer::live(self.fleet.clone(), diary, character, dice, self.look_every);
            if outlasts { &mut staying } else { &mut lives }.push(tokio::spawn(life));
        }
        let rotation = self.dice.between(0, STORM / 4);
        pause(rotation).await;
        if self.weather.also(ROTATED, "secrets: rotated") {
            self.rotate();
        }
        pause(STORM.saturating_sub(rotation)).await;
        self.weather.clear_up();
        self.see_off(lives).await;
        for task in other.into_iter().chain([schedule, upstream]) {
            task.abort();
        }
        (diaries, staying)
    }

    /// In the days after, those who stay have their claims end, set their nameservers, order and leave; things fail again.
    async fn days_after(&self, staying: Vec<JoinHandle<()>>) {
        self.weather.break_out();
        let upstream = self.spawn_ticker(Duration::from_secs(300));
        let schedule = tokio::spawn(schedule(self.fleet.clone(), SLOW_SCHEDULE));
        self.see_off(staying).await;
        self.weather.clear_up();
        schedule.abort();
        upstream.abort();
    }

    async fn see_off(&self, lives: Vec<JoinHandle<()>>) {
        for life in lives {
            if life.await.is_err() {
                self.tally.count("customers that broke off");
            }
        }
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
