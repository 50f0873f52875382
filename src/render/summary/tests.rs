mod situations;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::*;
use crate::metrics;
use crate::render::terminal::{sample, week};
use crate::report::summary::{FEW, MOST};
use crate::report::targets::{Target, TargetSide};
use crate::report::{Cell, Change, Heatmap, MetricValue, Statistics, Table, TableRow, WeekGrid};
use crate::unit::{ChangeKind, Unit};

fn texts(report: &Report) -> Vec<String> {
    written(report, Language::English).iter().map(|sentence| format!("{} {}", sentence.lead.1, sentence.text)).collect()
}

fn scalar(unit: Unit, now: f64, before: f64, n: u64) -> MetricValue {
    let kind = if unit == Unit::Count { ChangeKind::Relative } else { ChangeKind::Difference };
    let change = kind.between(Some(now), Some(before));
    let mut value = week::count(0, 0);
    (value.unit, value.value, value.n, value.previous, value.change) = (unit, Some(now), n, Some(before), change);
    MetricValue::Scalar(value)
}

fn statistics(p50: f64, n: u64) -> Statistics {
    Statistics { mean: Some(p50 * 4.0), p50: Some(p50), p90: Some(p50 * 9.0), p95: None, max: None, n }
}

fn duration(now: f64, before: f64, n: u64) -> MetricValue {
    let mut value = week::duration(1, 20, 1);
    value.statistics = statistics(now, n);
    value.previous = Some(statistics(before, n));
    let p50 = ChangeKind::Relative.between(Some(now), Some(before));
    value.change = Some(Change { p50, ..Change::default() });
    MetricValue::Duration(value)
}

/// A report of only these metrics, all of them key figures.
fn report(metrics: Vec<(&str, MetricValue)>) -> Report {
    let mut report = sample::empty();
    report.key_figures = metrics.iter().map(|(id, _)| (*id).to_owned()).collect();
    report.metrics.0 = metrics.into_iter().map(|(id, value)| (id.to_owned(), value)).collect();
    report
}

fn by_queue(report: &mut Report, id: &str, rows: Vec<(&str, Cell)>) {
    let row = |(name, cell): (&str, Cell)| TableRow {
        key: vec![name.to_owned()].into(),
        days: None,
        label: vec![name.to_owned()],
        cells: std::iter::once((id.to_owned(), cell)).collect(),
    };
    let table = Table {
        dimensions: vec!["queue".to_owned()],
        metrics: vec![id.to_owned()],
        adds_up: true,
        rows: rows.into_iter().map(row).collect(),
        previous: Vec::new(),
    };
    report.tables.0.push(("by_queue".to_owned(), table));
}

#[test]
fn sentences_of_reports() {
    // With few cases before, there is no percentage, and no change of a share that may be chance.
    let few = report(vec![
        ("conversations", scalar(Unit::Count, 900.0, 2.0, 900)),
        ("service_level", scalar(Unit::Rate, 0.06, 1.0, 500)),
    ]);
    assert_eq!(texts(&few), ["Volume: 900 conversations, from 2."]);
    let same = report(vec![("conversations", scalar(Unit::Count, 50.0, 50.0, 50))]);
    assert_eq!(texts(&same), ["Volume: 50 conversations, as many as before."]);
    let one = report(vec![("conversations", scalar(Unit::Count, 1.0, 2.0, 1))]);
    assert_eq!(texts(&one), ["Volume: 1 (conversations), from 2."]);
    // Volume alone. A count that has a better side and grew with the volume is not news.
    let mut quiet = report(vec![
        ("conversations", scalar(Unit::Count, 110.0, 100.0, 110)),
        ("reopened_conversations", scalar(Unit::Count, 33.0, 30.0, 33)),
    ]);
    assert_eq!(texts(&quiet), ["Volume: 110 conversations, +10.0% from 100."]);
    // The median counts, and it improved.
    quiet.metrics.0.push(("queue_wait".to_owned(), duration(60.0, 90.0, 25)));
    assert_eq!(texts(&quiet)[0], "Better: wait in queue (median) fell from 1 min 30 s to 1 min 00 s (−33.3%).");
    // Too few cases for a sentence.
    quiet.metrics.0.pop();
    quiet.metrics.0.push(("queue_wait".to_owned(), duration(60.0, 600.0, FEW - 1)));
    assert_eq!(texts(&quiet).len(), 1);

    // The larger change wins: 30 points of service level against a tenth of a wait.
    let mut week =
        report(vec![("service_level", scalar(Unit::Rate, 0.5, 0.8, 40)), ("queue_wait", duration(110.0, 100.0, 40))]);
    assert_eq!(texts(&week), ["Worse: service level fell from 80.0% to 50.0% (−30.0 pts)."]);
    let share = |value, n| Cell::Scalar { value: Some(value), n: Some(n) };
    by_queue(
        &mut week,
        "service_level",
        vec![("A", share(0.9, 30)), ("B", share(0.2, 25)), ("C", share(0.1, 2)), ("(none)", share(0.0, 50))],
    );
    assert_eq!(texts(&week)[1], "Worst queue: B, service level 20.0% (50.0% overall).");

    // With a tie there is neither a worst row nor a busiest hour.
    let mut tie = report(vec![("service_level", scalar(Unit::Rate, 0.5, 0.5, 40))]);
    by_queue(&mut tie, "service_level", vec![("A", share(0.2, 30)), ("B", share(0.2, 25))]);
    let even = Heatmap::new([[3; 24]; 7], [[1.0; 24]; 7]);
    tie.heatmaps.0.push(("conversations".to_owned(), WeekGrid::Counts(even)));
    assert!(texts(&tie).is_empty());
    for heatmap in tie.count_heatmaps_mut() {
        heatmap.counts[6][23] = crate::report::Shown::Known(9);
    }
    assert_eq!(texts(&tie), ["Busiest hour: Sunday 23:00 to 24:00, 9 conversations."]);

    let targets = sample::targets();
    assert!(
        texts(&targets).iter().any(|text| text.starts_with("Targets: 3 of 4 missed: wait in queue (p90)")),
        "{:?}",
        texts(&targets)
    );
    assert!(texts(&sample::empty()).is_empty() && texts(&sample::silent()).len() <= 1);
    assert!(texts(&week::week()).len() <= MOST);
}

/// A report with one sentence, and that sentence in every language: `~` is a non-breaking space, `_` a narrow one.
type Case = (Report, [&'static str; 4]);

/// Better and worse, up and down.
fn changes() -> Vec<Case> {
    let count = |now: u32, before: u32| scalar(Unit::Count, now.into(), before.into(), now.into());
    vec![
        (
            report(vec![("queue_wait", duration(60.0, 90.0, 25))]),
            [
                "Better: wait in queue (median) fell from 1 min 30 s to 1 min 00 s (−33.3%).",
                "Mieux~: attente dans la file (médiane) en baisse, de 1~min~30~s à 1~min~00~s (−33,3_%).",
                "Mejor: espera en la cola (mediana) en descenso, de 1~min~30~s a 1~min~00~s (−33.3~%).",
                "Melhor: espera na fila (mediana) em queda, de 1~min~30~s para 1~min~00~s (−33,3%).",
            ],
        ),
        (
            report(vec![("service_level", scalar(Unit::Rate, 0.8, 0.5, 40))]),
            [
                "Better: service level rose from 50.0% to 80.0% (+30.0 pts).",
                "Mieux~: niveau de service en hausse, de 50,0_% à 80,0_% (+30,0~pts).",
                "Mejor: nivel de servicio en aumento, de 50.0~% a 80.0~% (+30.0~pts).",
                "Melhor: nível de serviço em alta, de 50,0% para 80,0% (+30,0~p.p.).",
            ],
        ),
        (
            report(vec![("service_level", scalar(Unit::Rate, 0.5, 0.8, 40))]),
            [
                "Worse: service level fell from 80.0% to 50.0% (−30.0 pts).",
                "Moins bien~: niveau de service en baisse, de 80,0_% à 50,0_% (−30,0~pts).",
                "Peor: nivel de servicio en descenso, de 80.0~% a 50.0~% (−30.0~pts).",
                "Pior: nível de serviço em queda, de 80,0% para 50,0% (−30,0~p.p.).",
            ],
        ),
        (
            report(vec![("abandoned", count(60, 30))]),
            [
                "Worse: customers who left the queue rose from 30 to 60 (+100.0%).",
                "Moins bien~: clients partis de la file en hausse, de 30 à 60 (+100,0_%).",
                "Peor: usuarios que salieron de la cola en aumento, de 30 a 60 (+100.0~%).",
                "Pior: usuários que saíram da fila em alta, de 30 para 60 (+100,0%).",
            ],
        ),
    ]
}

/// Without a window to compare with, and with fewer, as many, and more.
fn volumes() -> Vec<Case> {
    let count = |now: u32, before: u32| scalar(Unit::Count, now.into(), before.into(), now.into());
    let volume = |now, before| report(vec![("conversations", count(now, before))]);
    let alone = |now| {
        let mut report = volume(now, 0);
        for (_, value) in &mut report.metrics.0 {
            if let MetricValue::Scalar(scalar) = value {
                (scalar.previous, scalar.change) = (None, None);
            }
        }
        report
    };
    vec![
        (
            alone(1200),
            [
                "Volume: 1,200 conversations.",
                "Volume~: 1_200 conversations.",
                "Volumen: 1,200 conversaciones.",
                "Volume: 1.200 conversas.",
            ],
        ),
        (
            alone(1),
            [
                "Volume: 1 (conversations).",
                "Volume~: 1 (conversations).",
                "Volumen: 1 (conversaciones).",
                "Volume: 1 (conversas).",
            ],
        ),
        (
            volume(900, 2),
            [
                "Volume: 900 conversations, from 2.",
                "Volume~: 900 conversations, contre 2 auparavant.",
                "Volumen: 900 conversaciones, antes 2.",
                "Volume: 900 conversas, antes 2.",
            ],
        ),
        (
            volume(50, 50),
            [
                "Volume: 50 conversations, as many as before.",
                "Volume~: 50 conversations, autant qu’auparavant.",
                "Volumen: 50 conversaciones, igual que antes.",
                "Volume: 50 conversas, o mesmo que antes.",
            ],
        ),
        (
            volume(110, 100),
            [
                "Volume: 110 conversations, +10.0% from 100.",
                "Volume~: 110 conversations, +10,0_% par rapport à 100.",
                "Volumen: 110 conversaciones, +10.0~% frente a 100.",
                "Volume: 110 conversas, +10,0% em relação a 100.",
            ],
        ),
    ]
}

/// For each table in which the worst row is named.
fn worst_rows() -> Vec<Case> {
    let share = |value, n| Cell::Scalar { value: Some(value), n: Some(n) };
    let worst = |table: &str, dimension: &str, names: [&str; 2]| {
        let mut report = report(vec![("service_level", scalar(Unit::Rate, 0.5, 0.5, 40))]);
        by_queue(&mut report, "service_level", vec![(names[0], share(0.9, 30)), (names[1], share(0.2, 25))]);
        table.clone_into(&mut report.tables.0[0].0);
        report.tables.0[0].1.dimensions = vec![dimension.to_owned()];
        report
    };
    vec![
        (
            worst("by_queue", "queue", ["A", "B"]),
            [
                "Worst queue: B, service level 20.0% (50.0% overall).",
                "Pire file~: B, niveau de service 20,0_% (50,0_% dans l’ensemble).",
                "Peor cola: B, nivel de servicio 20.0~% (50.0~% en conjunto).",
                "Pior fila: B, nível de serviço 20,0% (50,0% no geral).",
            ],
        ),
        (
            worst("by_department", "department", ["A", "B"]),
            [
                "Worst department: B, service level 20.0% (50.0% overall).",
                "Pire service~: B, niveau de service 20,0_% (50,0_% dans l’ensemble).",
                "Peor departamento: B, nivel de servicio 20.0~% (50.0~% en conjunto).",
                "Pior departamento: B, nível de serviço 20,0% (50,0% no geral).",
            ],
        ),
        (
            worst("by_day", "day", ["2026-03-02", "2026-03-03"]),
            [
                "Worst day: Tue 3 Mar, service level 20.0% (50.0% overall).",
                "Pire jour~: mar. 3 mars, niveau de service 20,0_% (50,0_% dans l’ensemble).",
                "Peor día: mar 3 mar, nivel de servicio 20.0~% (50.0~% en conjunto).",
                "Pior dia: ter, 3 mar, nível de serviço 20,0% (50,0% no geral).",
            ],
        ),
    ]
}

/// A queue that misses the first target; it is no worst queue, because the service level is no key figure.
fn missed_by_a_queue(mut report: Report) -> Report {
    let share = |value, n| Cell::Scalar { value: Some(value), n: Some(n) };
    by_queue(&mut report, "service_level", vec![("A", share(0.9, 30)), ("B", share(0.2, 25))]);
    report.key_figures.clear();
    let key = vec!["B".to_owned()];
    report.targets[0].missed.push(crate::report::targets::Miss { table: "by_queue".to_owned(), key, value: 0.2 });
    report
}

/// One and several, met and missed, and more than are named.
fn of_targets() -> Vec<Case> {
    let targets = |limits: &[(TargetSide, f64)]| {
        let mut report = report(vec![("service_level", scalar(Unit::Rate, 0.5, 0.5, 40))]);
        let metric = metrics::find("service_level").unwrap();
        let target =
            |(bound, limit): &(TargetSide, f64)| Target { metric, statistic: None, bound: *bound, limit: *limit };
        report.targets = limits.iter().map(|limit| target(limit).judge(&report)).collect();
        report
    };
    let at_least = |limit| (TargetSide::AtLeast, limit);
    vec![
        (
            targets(&[at_least(0.4)]),
            [
                "Targets: the one target is met.",
                "Objectifs~: le seul objectif est atteint.",
                "Metas: se cumple la única meta.",
                "Metas: a única meta foi cumprida.",
            ],
        ),
        (
            targets(&[at_least(0.4), (TargetSide::AtMost, 0.9)]),
            [
                "Targets: all 2 are met.",
                "Objectifs~: les 2 objectifs sont atteints.",
                "Metas: se cumplen las 2 metas.",
                "Metas: todas as 2 foram cumpridas.",
            ],
        ),
        (
            targets(&[at_least(0.8), at_least(0.4)]),
            [
                "Targets: 1 of 2 missed: service level 50.0% (≥ 80.0%).",
                "Objectifs~: 1 manqué sur 2~: niveau de service 50,0_% (≥ 80,0_%).",
                "Metas: 1 de 2 sin cumplir: nivel de servicio 50.0~% (≥ 80.0~%).",
                "Metas: 1 de 2 não cumprida: nível de serviço 50,0% (≥ 80,0%).",
            ],
        ),
        (
            targets(&[at_least(0.6), at_least(0.7), at_least(0.8), at_least(0.9)]),
            [
                "Targets: 4 of 4 missed: service level 50.0% (≥ 60.0%); service level 50.0% (≥ 70.0%); service level 50.0% (≥ 80.0%); 1 more.",
                "Objectifs~: 4 manqués sur 4~: niveau de service 50,0_% (≥ 60,0_%)_; niveau de service 50,0_% (≥ 70,0_%)_; niveau de service 50,0_% (≥ 80,0_%)_; 1 de plus.",
                "Metas: 4 de 4 sin cumplir: nivel de servicio 50.0~% (≥ 60.0~%); nivel de servicio 50.0~% (≥ 70.0~%); nivel de servicio 50.0~% (≥ 80.0~%); 1 más.",
                "Metas: 4 de 4 não cumpridas: nível de serviço 50,0% (≥ 60,0%); nível de serviço 50,0% (≥ 70,0%); nível de serviço 50,0% (≥ 80,0%); mais 1.",
            ],
        ),
        (
            missed_by_a_queue(targets(&[at_least(0.4)])),
            [
                "Targets: the one target is met overall, except: B, service level 20.0% (≥ 40.0%).",
                "Objectifs~: le seul objectif est atteint dans l’ensemble, sauf~: B, niveau de service 20,0_% (≥ 40,0_%).",
                "Metas: la única meta se cumple en conjunto, excepto: B, nivel de servicio 20.0~% (≥ 40.0~%).",
                "Metas: a única meta foi cumprida no geral, exceto: B, nível de serviço 20,0% (≥ 40,0%).",
            ],
        ),
        (
            missed_by_a_queue(targets(&[at_least(0.4), at_least(0.1)])),
            [
                "Targets: all 2 are met overall, except: B, service level 20.0% (≥ 40.0%).",
                "Objectifs~: les 2 objectifs sont atteints dans l’ensemble, sauf~: B, niveau de service 20,0_% (≥ 40,0_%).",
                "Metas: las 2 metas se cumplen en conjunto, excepto: B, nivel de servicio 20.0~% (≥ 40.0~%).",
                "Metas: todas as 2 foram cumpridas no geral, exceto: B, nível de serviço 20,0% (≥ 40,0%).",
            ],
        ),
    ]
}

/// For one week and for several.
fn busiest_hours() -> Vec<Case> {
    let busiest = |days: u32, hours: f64| {
        let mut report = report(vec![]);
        report.window.days = days;
        let mut heatmap = Heatmap::new([[1; 24]; 7], [[hours; 24]; 7]);
        heatmap.counts[0][9] = crate::report::Shown::Known(25);
        report.heatmaps.0.push(("conversations".to_owned(), WeekGrid::Counts(heatmap)));
        report
    };
    vec![
        (
            busiest(7, 1.0),
            [
                "Busiest hour: Monday 09:00 to 10:00, 25 conversations.",
                "Heure de pointe~: lundi de 09:00 à 10:00, 25 conversations.",
                "Hora pico: lunes de 09:00 a 10:00, 25 conversaciones.",
                "Hora de pico: segunda-feira das 09:00 às 10:00, 25 conversas.",
            ],
        ),
        (
            busiest(28, 2.0),
            [
                "Busiest hour: Mondays 09:00 to 10:00, 12.5 conversations an hour.",
                "Heure de pointe~: le lundi de 09:00 à 10:00, 12,5 conversations par heure.",
                "Hora pico: los lunes de 09:00 a 10:00, 12.5 conversaciones por hora.",
                "Hora de pico: às segundas-feiras das 09:00 às 10:00, 12,5 conversas por hora.",
            ],
        ),
    ]
}

#[test]
fn every_rule_has_its_sentence_in_every_language() {
    let mut kinds = std::collections::BTreeSet::new();
    let cases = [changes(), volumes(), worst_rows(), of_targets(), busiest_hours()];
    for (report, expected) in cases.into_iter().flatten() {
        kinds.extend(
            sentences(&report).iter().map(|sentence| format!("{sentence:?}").split(' ').next().map(str::to_owned)),
        );
        for (language, expected) in Language::ALL.into_iter().zip(expected) {
            let written: Vec<String> = written(&report, language)
                .iter()
                .map(|sentence| format!("{} {}", sentence.lead.1, sentence.text))
                .collect();
            assert_eq!(written, [expected.replace('~', "\u{a0}").replace('_', "\u{202f}")], "{language}");
        }
    }
    assert_eq!(kinds.len(), 5, "a rule without a report: {kinds:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, rng_seed: RngSeed::Fixed(17), failure_persistence: None, ..ProptestConfig::default() })]

    /// For any numbers, a sentence contains only numbers of the report, and its lead word agrees with them.
    #[test]
    fn no_sentence_contradicts_its_numbers(
        now in 0_u32..400,
        before in 0_u32..400,
        level in 0.0..1.0_f64,
        level_before in 0.0..1.0_f64,
        wait in 0_u32..9_000,
        wait_before in 0_u32..9_000,
        n in 0_u64..60,
    ) {
        let report = report(vec![
            ("conversations", scalar(Unit::Count, now.into(), before.into(), now.into())),
            ("abandoned", scalar(Unit::Count, (now / 3).into(), (before / 5).into(), n)),
            ("service_level", scalar(Unit::Rate, level, level_before, n)),
            ("total_wait", duration(wait.into(), wait_before.into(), n)),
        ]);
        for sentence in sentences(&report) {
            let Sentence::Changed { now, before, judgement, .. } = &sentence else { continue };
            let (value, previous) = match report.metrics.get(now.metric).unwrap() {
                MetricValue::Hidden(_) => unreachable!("nothing is hidden"),
                MetricValue::Scalar(scalar) => (scalar.value.unwrap(), scalar.previous.unwrap()),
                MetricValue::Duration(duration) => {
                    prop_assert!(duration.statistics.n >= FEW);
                    (duration.statistics.p50.unwrap(), duration.previous.as_ref().unwrap().p50.unwrap())
                }
            };
            prop_assert_eq!((value, previous), (now.value, *before));
            let is_better = if now.metric == "service_level" { value > previous } else { value < previous };
            let expected = if is_better { Judgement::Improved } else { Judgement::Worsened };
            prop_assert_eq!(*judgement, expected);
            let text = write(&report, Language::English, &sentence).text;
            let verb = if value > previous { " rose " } else { " fell " };
            prop_assert!(text.contains(verb), "{}", text);
        }
    }
}
