"""Outcomes counted at thresholds, and travellers made of a list."""

from screening.crowd import Crowd, alarms, crossings
from screening.crowd.alarms import Measured, Outcome, Rates
from screening.dates import PartialDate
from screening.matching import Index, ListedName, Nominal, Traveller

LISTED = Nominal("1", (ListedName("OKAFOR", "CHINEDU"),), (PartialDate(1980, 3, 12),))


def test_a_threshold_gives_the_shares_of_who_is_found_and_who_is_stopped() -> None:
    measured = Measured(
        listed=[Outcome(0.99, 0.99), Outcome(0.7, 0.7), Outcome(0.2), Outcome(0.1, namesake=True)],
        innocents=[Outcome(), Outcome(0.97), Outcome(0.65, 0.65), Outcome(0.98, 0.98)],
    )
    assert measured.at(0.6, 0.95) == Rates(recall=0.75, recall_first_line=0.25, referred=0.75, stopped=0.25)


def test_a_listed_traveller_counts_by_his_own_record_alone() -> None:
    index = Index.build([LISTED, Nominal("2", (ListedName("MUSTERMANN", "ERIKA"),))])
    traveller = Traveller("OKAFOR", "CHINEDU", date_of_birth=PartialDate(1980, 3, 12))
    assert alarms.of_listed(index, "1", traveller).corroborated > 0.9
    assert alarms.of_listed(index, "2", traveller) == Outcome()
    assert alarms.of_innocent(index, traveller).score == alarms.of_listed(index, "1", traveller).score


def test_a_namesake_that_the_birth_date_contradicts_is_no_alarm() -> None:
    index = Index.build([LISTED])
    namesake = Traveller("OKAFOR", "CHINEDU", date_of_birth=PartialDate(1999, 7, 1))
    assert not alarms.of_innocent(index, namesake).namesake
    assert alarms.of_innocent(index, Traveller("OKAFOR", "CHINEDU")).namesake


def test_travellers_of_a_list_are_its_people_changed_and_its_names_recombined() -> None:
    crowd = Crowd(2)
    nominals = [crowd.listed(str(number), person) for number, person in enumerate(crowd.people(100))]
    sent = list(crossings.of_nominals(nominals, 40, crowd))
    assert len({nominal_id for nominal_id, _ in sent}) == 40
    assert sum(traveller.surname != nominals[int(at)].names[0].surname for at, traveller in sent) > 5
    surnames = {nominal.names[0].surname for nominal in nominals}
    assert {one.surname for one in crossings.resembling(nominals, 50, crowd)} <= surnames | {None}
