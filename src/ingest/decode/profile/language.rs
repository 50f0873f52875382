//! Names of months and weekdays in exports, in six languages, long and short.

/// A language whose names of months and weekdays are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CalendarLanguage {
    English,
    Portuguese,
    Spanish,
    French,
    German,
    Italian,
}

/// The languages by their ISO 639-1 codes, as profiles name them.
pub const LANGUAGES: [(&str, CalendarLanguage); 6] = [
    ("en", CalendarLanguage::English),
    ("pt", CalendarLanguage::Portuguese),
    ("es", CalendarLanguage::Spanish),
    ("fr", CalendarLanguage::French),
    ("de", CalendarLanguage::German),
    ("it", CalendarLanguage::Italian),
];

/// The names of one language, in lower case and without accents. Spaces separate the names of one month or weekday.
struct CalendarWords {
    months: [&'static str; 12],
    /// From Monday.
    weekdays: [&'static str; 7],
}

const ENGLISH: CalendarWords = CalendarWords {
    months: [
        "january jan",
        "february feb",
        "march mar",
        "april apr",
        "may",
        "june jun",
        "july jul",
        "august aug",
        "september sep sept",
        "october oct",
        "november nov",
        "december dec",
    ],
    weekdays: [
        "monday mon",
        "tuesday tue tues",
        "wednesday wed",
        "thursday thu thur thurs",
        "friday fri",
        "saturday sat",
        "sunday sun",
    ],
};

const PORTUGUESE: CalendarWords = CalendarWords {
    months: [
        "janeiro jan",
        "fevereiro fev",
        "marco mar",
        "abril abr",
        "maio mai",
        "junho jun",
        "julho jul",
        "agosto ago",
        "setembro set",
        "outubro out",
        "novembro nov",
        "dezembro dez",
    ],
    weekdays: [
        "segunda-feira segunda seg",
        "terca-feira terca ter",
        "quarta-feira quarta qua",
        "quinta-feira quinta qui",
        "sexta-feira sexta sex",
        "sabado sab",
        "domingo dom",
    ],
};

const SPANISH: CalendarWords = CalendarWords {
    months: [
        "enero ene",
        "febrero feb",
        "marzo mar",
        "abril abr",
        "mayo may",
        "junio jun",
        "julio jul",
        "agosto ago",
        "septiembre setiembre sep sept set",
        "octubre oct",
        "noviembre nov",
        "diciembre dic",
    ],
    weekdays: ["lunes lun", "martes mar", "miercoles mie", "jueves jue", "viernes vie", "sabado sab", "domingo dom"],
};

const FRENCH: CalendarWords = CalendarWords {
    months: [
        "janvier janv jan",
        "fevrier fevr fev",
        "mars mar",
        "avril avr",
        "mai",
        "juin",
        "juillet juil juill",
        "aout aou",
        "septembre sept sep",
        "octobre oct",
        "novembre nov",
        "decembre dec",
    ],
    weekdays: ["lundi lun", "mardi mar", "mercredi mer", "jeudi jeu", "vendredi ven", "samedi sam", "dimanche dim"],
};

const GERMAN: CalendarWords = CalendarWords {
    months: [
        "januar janner jan",
        "februar feb",
        "marz maerz mar mrz",
        "april apr",
        "mai",
        "juni jun",
        "juli jul",
        "august aug",
        "september sep sept",
        "oktober okt",
        "november nov",
        "dezember dez",
    ],
    weekdays: [
        "montag mo",
        "dienstag di",
        "mittwoch mi",
        "donnerstag do",
        "freitag fr",
        "samstag sonnabend sa",
        "sonntag so",
    ],
};

const ITALIAN: CalendarWords = CalendarWords {
    months: [
        "gennaio gen",
        "febbraio feb",
        "marzo mar",
        "aprile apr",
        "maggio mag",
        "giugno giu",
        "luglio lug",
        "agosto ago",
        "settembre sett set",
        "ottobre ott",
        "novembre nov",
        "dicembre dic",
    ],
    weekdays: [
        "lunedi lun",
        "martedi mar",
        "mercoledi mer",
        "giovedi gio",
        "venerdi ven",
        "sabato sab",
        "domenica dom",
    ],
};

impl CalendarLanguage {
    const fn names(self) -> &'static CalendarWords {
        match self {
            Self::English => &ENGLISH,
            Self::Portuguese => &PORTUGUESE,
            Self::Spanish => &SPANISH,
            Self::French => &FRENCH,
            Self::German => &GERMAN,
            Self::Italian => &ITALIAN,
        }
    }
}

/// The number of a month, counted from 1, by its long or short name in a language. If no language is given, in any of
/// the six: no name means two months.
#[must_use]
pub fn month(name: &str, language: Option<CalendarLanguage>) -> Option<i64> {
    number(name, language, |names| &names.months)
}

/// The number of a weekday, counted from 0 for Monday. The language is as for [`month`].
#[must_use]
pub fn weekday(name: &str, language: Option<CalendarLanguage>) -> Option<i64> {
    number(name, language, |names| &names.weekdays).map(|number| number - 1)
}

fn number(
    name: &str,
    language: Option<CalendarLanguage>,
    list: impl Fn(&'static CalendarWords) -> &'static [&'static str],
) -> Option<i64> {
    let name = folded(name);
    let number_in = |language: CalendarLanguage| {
        (1..).zip(list(language.names())).find(|(_, names)| names.split(' ').any(|known| known == name))
    };
    let mut languages =
        LANGUAGES.iter().map(|(_, known)| *known).filter(|known| language.is_none_or(|one| one == *known));
    languages.find_map(number_in).map(|(number, _)| number)
}

/// The name in lower case and without accents.
fn folded(name: &str) -> String {
    let plain = |letter: char| match letter {
        'á' | 'à' | 'â' | 'ã' | 'ä' => Some('a'),
        'é' | 'è' | 'ê' | 'ë' => Some('e'),
        'í' | 'ì' | 'î' | 'ï' => Some('i'),
        'ó' | 'ò' | 'ô' | 'õ' | 'ö' => Some('o'),
        'ú' | 'ù' | 'û' | 'ü' => Some('u'),
        'ç' => Some('c'),
        // An accent as a character of its own, after its letter.
        '\u{300}'..='\u{36f}' => None,
        other => Some(other),
    };
    name.chars().flat_map(char::to_lowercase).filter_map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_has_one_meaning() {
        for list in [(|names| &names.months[..]) as fn(&'static CalendarWords) -> &'static [&'static str], |names| {
            &names.weekdays
        }] {
            for (_, language) in LANGUAGES {
                for (at, names) in (1..).zip(list(language.names())) {
                    for name in names.split(' ') {
                        for (_, other) in LANGUAGES {
                            assert!([None, Some(at)].contains(&number(name, Some(other), list)), "{name}");
                        }
                        assert_eq!(number(name, None, list), Some(at), "{name}");
                    }
                }
            }
        }
    }

    #[test]
    fn accents_and_case_do_not_matter() {
        for name in ["Março", "MARCO", "mar", "marc\u{327}o", "März"] {
            assert_eq!(month(name, None), Some(3), "{name}");
        }
        assert_eq!(month("août", Some(CalendarLanguage::French)), Some(8));
        assert_eq!(month("août", Some(CalendarLanguage::German)), None);
        assert_eq!(weekday("Terça-feira", None), Some(1));
        assert_eq!(weekday("sábado", Some(CalendarLanguage::Spanish)), Some(5));
        assert_eq!(weekday("mar", Some(CalendarLanguage::English)), None);
        assert_eq!(month("", None), None);
    }
}
