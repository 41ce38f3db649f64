//! Names of people: normalization and allowed characters, compared with Python's Unicode tables.

use crate::cases::{all, read, same};
use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};
use serde::Deserialize;
use shared::person_name::tidied;
use shared::persona::{Persona, check_personas};
use shared::share_link::is_share_link;

#[derive(Deserialize)]
struct Case {
    name: String,
    tidied: String,
    code: Option<String>,
}

fn code(name: &str) -> Option<String> {
    let person = Persona { first_name: name.to_owned(), last_name: "Lee".to_owned(), profile_picture_url: None };
    check_personas(&[person]).into_iter().next().map(|finding| finding.code.into_owned())
}

#[test]
fn names_in_any_script_are_accepted_and_normalized() {
    let cases: Vec<Case> = read("person_names.json");
    assert!(cases.len() > 130, "{}", cases.len());
    all(&cases, |case| {
        same(&format!("{:?} tidied", case.name), &tidied(&case.name), &case.tidied)?;
        same(&format!("{:?}", case.name), &code(&case.name), &case.code)
    });
}

#[test]
fn share_links_of_file_services_are_refused_as_pictures() {
    let shared = [
        "https://drive.google.com/file/d/1aB/view?usp=sharing",
        "https://drive.google.com/open?id=1aB",
        "HTTPS://WWW.DROPBOX.COM/s/1aB/sam.jpg?dl=0",
        "https://www.dropbox.com/scl/fi/1aB/sam.jpg?rlkey=x&dl=0",
        "https://photos.app.goo.gl/1aB",
        "https://photos.google.com/share/1aB",
        "https://1drv.ms/i/s!1aB",
        "https://onedrive.live.com/?cid=1",
        "https://acme-my.sharepoint.com/:i:/g/1aB",
        "https://www.icloud.com/iclouddrive/1aB",
        "https://app.box.com/s/1aB",
        "drive.google.com/file/d/1aB/view",
    ];
    all(&shared, |url| same(url, &is_share_link(url), &true));
    let pictures = [
        "https://cdn.acme.com/sam.jpg",
        "https://drive.google.com/uc?export=view&id=1aB",
        "https://lh3.googleusercontent.com/a/1aB",
        "https://dl.dropboxusercontent.com/s/1aB/sam.jpg",
        "https://www.dropbox.com/s/1aB/sam.jpg?raw=1",
        "https://notdropbox.com/s/1aB/sam.jpg",
        "https://acme.com/drive.google.com/file",
        "",
    ];
    all(&pictures, |url| same(url, &is_share_link(url), &false));
}

proptest! {
    #[test]
    fn normalizing_a_name_is_idempotent(name in any::<String>(), letters in "[a-zé\u{301}\u{200c}\u{200d}\u{200b} ن\u{94d}ष]{0,12}") {
        for name in [name, letters] {
            let spelled = tidied(&name);
            prop_assert_eq!(tidied(&spelled), spelled.clone());
            prop_assert_eq!(code(&name), code(&spelled));
            prop_assert!(spelled.trim() == spelled);
        }
    }

    #[test]
    fn share_link_check_never_panics(url in any::<String>()) {
        let _ = is_share_link(&url);
    }
}

#[test]
fn picture_url_has_lower_case_scheme_and_host() {
    let picture = |url: &str| {
        let url = Some(url.to_owned());
        Persona { first_name: "Sam".to_owned(), last_name: "Lee".to_owned(), profile_picture_url: url }
    };
    let sent = picture(" HTTPS://CDN.Acme.com/Sam.JPG ").tidied().profile_picture_url;
    assert_eq!(sent.as_deref(), Some("https://cdn.acme.com/Sam.JPG"));
    assert_eq!(picture("  ").tidied().profile_picture_url, None);
}

#[test]
fn megabytes_of_input_are_too_long() {
    for part in ["a", " ", "e\u{301}", "\u{200b}", "\u{fdfa}"] {
        let name = part.repeat(1024 * 1024 / part.len());
        // Normalizing it would take seconds.
        assert_eq!(tidied(&name), name);
        assert_eq!(code(&name).as_deref(), Some("name_too_long"), "{part:?}");
    }
    // A name may have many white space and invisible characters around it.
    assert_eq!(code(&format!("{}Sam{}", " ".repeat(2_000), "\u{200b}".repeat(600))), None);
}
