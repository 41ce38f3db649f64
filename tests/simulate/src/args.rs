//! The command line.

use simulate::Options;

pub(crate) const USAGE: &str = "\
cargo xtask simulate [OPTION …]

Runs the real functions against the real sandbox on virtual time, lets calls to the outside fail, and checks
after each world that every promise was kept. Ends with 1 when one was broken.

  --orders N     customers who each want one order, default 1000
  --seed S       decides everything that happens, default 1
  --faults P     percent of the calls to the outside that fail, default 10
  --per-world N  customers of one world, default 200
  --world I      only this world of the simulation
  --threads T    worlds that run at once, default one per core
  --show TEXT    prints the log lines that contain TEXT, with the world's own time
  --help         this text";

/// Reads the options; `None` asks for the usage.
pub(crate) fn read(args: impl Iterator<Item = String>) -> Result<Option<Options>, String> {
    let threads = std::thread::available_parallelism().map_or(1, Into::into);
    let mut options = Options { threads, ..Options::default() };
    let mut args = args;
    while let Some(option) = args.next() {
        if option == "--help" || option == "-h" {
            return Ok(None);
        }
        let value = args.next().ok_or_else(|| format!("{option} needs a value."))?;
        match option.as_str() {
            "--orders" => options.orders = number(&option, &value)?,
            "--seed" => options.seed = number(&option, &value)?,
            "--faults" => options.faults = number(&option, &value)?.min(100),
            "--per-world" => options.per_world = number(&option, &value)?.max(1),
            "--world" => options.world = Some(number(&option, &value)?),
            "--threads" => options.threads = usize::try_from(number(&option, &value)?).unwrap_or(1).max(1),
            "--show" => options.show = Some(value),
            _ => return Err(format!("There is no option {option}.")),
        }
    }
    Ok(Some(options))
}

fn number(option: &str, value: &str) -> Result<u64, String> {
    value.parse().map_err(|_| format!("{option} needs a whole number, and {value} is none."))
}
