//! Currencies of prices and approvals: the codes of ISO 4217, in lower case.

use crate::fields::Fields;

/// Active codes of ISO 4217 that are money (list one of 2026, without metals, funds and test codes).
const CODES: &str = "aed afn all amd aoa ars aud awg azn bam bbd bdt bhd bif bmd bnd bob brl bsd btn bwp byn bzd cad cdf \
    chf clp cny cop crc cup cve czk djf dkk dop dzd egp ern etb eur fjd fkp gbp gel ghs gip gmd gnf gtq gyd hkd hnl htg \
    huf idr ils inr iqd irr isk jmd jod jpy kes kgs khr kmf kpw krw kwd kyd kzt lak lbp lkr lrd lsl lyd mad mdl mga mkd \
    mmk mnt mop mru mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf \
    sar sbd scr sdg sek sgd shp sle sos srd ssp stn svc syp szl thb tjs tmt tnd top try ttd twd tzs uah ugx usd uyu uzs \
    ves vnd vuv wst xaf xcd xcg xof xpf yer zar zmw zwg";

/// Checks `currency`, the value of the field `currency`.
pub fn check(fields: &mut Fields<'_>, currency: &str) -> bool {
    let is_code = currency.len() == 3 && CODES.split(' ').any(|code| code == currency);
    if !is_code {
        let message = format!(
            "{} must be a currency with prices, by its code of ISO 4217 in lower case, such as usd.",
            fields.path_of("currency")
        );
        fields.add_finding("currency", "currency_invalid", message);
    }
    is_code
}
