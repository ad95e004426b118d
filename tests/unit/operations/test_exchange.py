"""Figures for other systems: each file follows its format, withheld figures stay here, sending twice is safe."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pyreadstat
import pytest
from lxml import etree

from survey_app.errors import SurveyAppError
from survey_app.indicators import TableError
from survey_app.operations.exchange import write_exchange
from survey_app.operations.figures import check_figures, take_in_figures
from survey_app.reports.exchange import load_mapping
from survey_app.reports.exchange.dhis2 import interval_of
from survey_app.store import Store
from tests.unit.operations.test_aggregates import COMMUNES, PLACES, home, office, stored

SDMX_ID = re.compile(r"[A-Za-z0-9_@$-]+")
NCNAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
URN = re.compile(
    r"urn:sdmx:org\.sdmx\.infomodel\.\w+\.\w+=[A-Za-z][\w.-]*:[A-Za-z0-9_@$-]+\(1\.0\.0\)(\.[A-Za-z0-9_@$-]+)?"
)

ADX_RULES = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:ihe:qrph:adx:2015"
 targetNamespace="urn:ihe:qrph:adx:2015" elementFormDefault="qualified">
 <xs:element name="adx"><xs:complexType><xs:sequence maxOccurs="unbounded"><xs:element name="group"><xs:complexType>
  <xs:sequence maxOccurs="unbounded"><xs:element name="dataValue"><xs:complexType>
   <xs:attribute name="dataElement" use="required" type="xs:token"/>
   <xs:attribute name="value" use="required" type="xs:decimal"/><xs:anyAttribute processContents="skip"/>
  </xs:complexType></xs:element></xs:sequence>
  <xs:attribute name="orgUnit" use="required" type="xs:token"/>
  <xs:attribute name="period" use="required"><xs:simpleType><xs:restriction base="xs:string">
   <xs:pattern value="\\d{4}-\\d{2}-\\d{2}(T\\d{2}:\\d{2}:\\d{2})?/P(\\d+[YMD])+"/>
  </xs:restriction></xs:simpleType></xs:attribute>
  <xs:anyAttribute processContents="skip"/></xs:complexType></xs:element></xs:sequence>
  <xs:attribute name="exported" use="required" type="xs:dateTime"/><xs:anyAttribute processContents="skip"/>
 </xs:complexType></xs:element></xs:schema>"""
"""What the profile of ADX (IHE QRPH) asks of a document, written out."""


DHIS2_VALUE = {
    "dataElement": r".+", "orgUnit": r".+", "categoryOptionCombo": r".+", "attributeOptionCombo": r".+",
    "period": r"\d{4}(\d{2}(\d{2})?|Q[1-4]|S[12])?", "value": r"-?\d+(\.\d+)?",
}  # fmt: skip
"""What the interface ``/api/dataValueSets`` takes of a value: names and what each must look like."""
_OPTIONAL = {"categoryOptionCombo", "attributeOptionCombo"}


def check_dhis2(message: dict[str, Any]) -> list[dict[str, str]]:
    """Hold a message against the rules of the interface; return its values."""
    schemes = {name: scheme for name, scheme in message.items() if name.endswith("IdScheme")}
    assert set(schemes.values()) <= {"UID", "CODE"}
    assert set(message) - set(schemes) <= {"dataSet", "dataValues"}
    for one in message["dataValues"]:
        assert set(DHIS2_VALUE) - _OPTIONAL <= set(one) <= set(DHIS2_VALUE)
        assert all(re.fullmatch(DHIS2_VALUE[name], text) for name, text in one.items())
    found: list[dict[str, str]] = message["dataValues"]
    return found


@pytest.fixture
def province(tmp_path: Path) -> Iterator[Store]:
    """An office with two communes; in the second one so few have a phone that it must not be told."""
    with office(tmp_path, "P", stored(folder=tmp_path), COMMUNES[0], PLACES) as store:
        homes = [home(COMMUNES[0], phones=n % 2) for n in range(40)]
        store.add_revisions([*homes, *(home(COMMUNES[1], phones=int(n < 2)) for n in range(30))], "here")
        yield store


def written(store: Store, format: str, folder: Path, **how: Any) -> bytes:
    """Return the content of the file of a format."""
    return write_exchange(store, format, folder / f"figures.{format}", **how)[0].read_bytes()


def rows_of(content: bytes) -> list[dict[str, str]]:
    """Return the rows of an SDMX-CSV file."""
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def test_sdmx_csv_has_the_columns_of_its_format_and_each_key_once(province: Store, tmp_path: Path) -> None:
    content = written(province, "sdmx", tmp_path)
    heads = content.decode().split("\r\n", maxsplit=1)[0].split(",")
    assert heads[:3] == ["STRUCTURE", "STRUCTURE_ID", "ACTION"]
    rows = rows_of(content)
    assert {(row["STRUCTURE"], row["ACTION"]) for row in rows} == {("dataflow", "R")}
    dimensions = heads[3 : heads.index("TIME_PERIOD") + 1]
    keys = [tuple(row[name] for name in dimensions) for row in rows]
    assert len(set(keys)) == len(keys)
    assert all(SDMX_ID.fullmatch(part) for key in keys for part in key)
    assert all(NCNAME.fullmatch(name) for name in heads)


def test_every_code_of_sdmx_stands_in_the_structure_that_goes_with_it(province: Store, tmp_path: Path) -> None:
    rows = rows_of(written(province, "sdmx", tmp_path))
    message = json.loads((tmp_path / "figures.structure.json").read_bytes())
    data = message["data"]
    (structure,), (flow,) = data["dataStructures"], data["dataflows"]
    assert {row["STRUCTURE_ID"] for row in rows} == {f"{flow['agencyID']}:{flow['id']}({flow['version']})"}
    assert flow["structure"].endswith(f"DataStructure={structure['agencyID']}:{structure['id']}(1.0.0)")
    parts = structure["dataStructureComponents"]
    components = [
        *parts["dimensionList"]["dimensions"], parts["dimensionList"]["timeDimension"],
        *parts["measureList"]["measures"], *parts["attributeList"]["attributes"],
    ]  # fmt: skip
    assert [each["id"] for each in components] == list(rows[0])[3:]
    lists = {each["id"]: {code["id"] for code in each["codes"]} for each in data["codelists"]}
    concepts = {each["id"] for each in data["conceptSchemes"][0]["concepts"]}
    for each in components:
        assert URN.fullmatch(each["conceptIdentity"])
        assert each["conceptIdentity"].rpartition(".")[2] in concepts
        listed = each["localRepresentation"].get("enumeration")
        if listed:
            codes = lists[re.split(r"[:(]", listed)[-2]]
            assert {row[each["id"]] for row in rows} <= codes


def test_a_withheld_figure_has_no_value_in_sdmx_and_is_not_sent_to_dhis2(province: Store, tmp_path: Path) -> None:
    rows = rows_of(written(province, "sdmx", tmp_path))
    (small,) = [row for row in rows if row["INDICATOR"] == "phone" and row["REF_AREA"] == COMMUNES[1]]
    assert (small["OBS_STATUS"], small["CONF_STATUS"], small["OBS_VALUE"], small["NUMERATOR"]) == ("Q", "C", "", "")
    sent = json.loads(written(province, "dhis2", tmp_path))["dataValues"]
    assert not [one for one in sent if one["dataElement"].startswith("phone.") and one["orgUnit"] == COMMUNES[1]]
    assert rows_of(written(province, "sdmx", tmp_path, least=0)) != rows


def test_dhis2_values_have_what_the_interface_takes_and_each_only_once(province: Store, tmp_path: Path) -> None:
    message = json.loads(written(province, "dhis2", tmp_path))
    assert message["dataElementIdScheme"] == message["orgUnitIdScheme"] == "CODE"
    values = check_dhis2(message)
    assert values
    for one in values:
        assert one["period"] == "202611"
    keys = [(one["dataElement"], one["orgUnit"], one.get("categoryOptionCombo", "")) for one in values]
    assert len(set(keys)) == len(keys)


def test_adx_follows_the_rules_of_its_profile(province: Store, tmp_path: Path) -> None:
    document = etree.fromstring(written(province, "adx", tmp_path))
    etree.XMLSchema(etree.fromstring(ADX_RULES)).assertValid(document)
    groups = document.findall("{urn:ihe:qrph:adx:2015}group")
    assert {group.get("period") for group in groups} == {"2026-11-01/P1M"}
    for group in groups:
        keys = [tuple(sorted(set(value.attrib.items()) - {("value", value.get("value"))})) for value in group]
        assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("format", ["sdmx", "dhis2", "adx"])
def test_the_same_figures_give_the_same_bytes(province: Store, tmp_path: Path, format: str) -> None:
    first = written(province, format, tmp_path)
    assert written(province, format, tmp_path) == first
    with office(tmp_path, "Q", stored(folder=tmp_path), COMMUNES[0], PLACES) as other:
        other.add_revisions(list(province.revisions())[::-1], "here")
        again = written(other, format, tmp_path)
    assert again.replace(b"Q:DF_HOUSEHOLD", b"P:DF_HOUSEHOLD") == first


def test_a_mapping_names_things_as_the_other_system_does_and_sends_nothing_else(
    province: Store, tmp_path: Path
) -> None:
    mapping = tmp_path / "exchange.csv"
    mapping.write_text(
        "kind,code,part,id\nid_scheme,uid,,x\ndata_element,homes,numerator,aBcDeFgHiJ1\n"
        f"org_unit,{COMMUNES[0]},,oRgUnItAbC1\nperiod,r1,,2026Q4\n",
        encoding="utf-8",
    )
    message = json.loads(written(province, "dhis2", tmp_path, mapping_file=mapping))
    assert message["dataElementIdScheme"] == "UID"
    assert message["dataValues"] == [
        {"dataElement": "aBcDeFgHiJ1", "orgUnit": "oRgUnItAbC1", "period": "2026Q4", "value": "40"}
    ]


def test_faults_of_a_mapping_come_all_at_once_with_row_and_column() -> None:
    table = (
        b"kind,code,part,id\nid_scheme,uid,,x\ndata_element,phone,share,aBcDeFgHiJ1\norg_unit,05665,,short\n"
        b"thing,a,,b\nperiod,r1,,November\norg_unit,05665,,aBcDeFgHiJ2\n"
    )
    with pytest.raises(TableError) as caught:
        load_mapping(table)
    found = {(fault.row, fault.column) for fault in caught.value.faults}
    assert found == {(3, "part"), (4, "id"), (5, "kind"), (6, "id"), (7, "code")}


@pytest.fixture
def with_others(province: Store, tmp_path: Path) -> Store:
    """The same office with figures of an operator and of the police: with counts, and a value only."""
    path = tmp_path / "others.csv"
    path.write_text(
        "place,indicator,period,value,numerator,denominator,source,document\n"
        f"{COMMUNES[0]},phone,2026-10,,380,400,Công ty Viễn thông,12/BC\n"
        f"{COMMUNES[1]},phone,2026-Q3,91.5,,,Công an xã,\n",
        encoding="utf-8",
    )
    take_in_figures(province, check_figures(province, path))
    return province


def test_figures_of_others_are_observations_of_their_own_with_source_period_and_document(
    with_others: Store, tmp_path: Path
) -> None:
    rows = rows_of(written(with_others, "sdmx", tmp_path, least=0))
    told = {
        (row["SOURCE"], row["REF_AREA"], row["TIME_PERIOD"], row["OBS_VALUE"], row["DOCUMENT"])
        for row in rows
        if row["INDICATOR"] == "phone" and row["SOURCE"] != "SURVEY"
    }
    assert told == {
        ("CONG_TY_VIEN_THONG", COMMUNES[0], "2026-10", "95", "12/BC"),
        ("CONG_AN_XA", COMMUNES[1], "2026-Q3", "91.5", ""),
    }
    (own,) = [r for r in rows if (r["INDICATOR"], r["REF_AREA"], r["SOURCE"]) == ("phone", COMMUNES[0], "SURVEY")]
    assert (own["NUMERATOR"], own["DENOMINATOR"]) == ("20", "40")
    names = {
        code["id"]: code["name"]
        for codes in json.loads((tmp_path / "figures.structure.json").read_bytes())["data"]["codelists"]
        if codes["id"] == "CL_SOURCE"
        for code in codes["codes"]
    }
    assert names["CONG_AN_XA"] == "Công an xã"


def test_others_are_sent_to_dhis2_and_adx_under_their_source_only(with_others: Store, tmp_path: Path) -> None:
    message = json.loads(written(with_others, "dhis2", tmp_path))
    theirs = [one for one in check_dhis2(message) if "attributeOptionCombo" in one]
    assert {(one["dataElement"], one["period"], one["value"], one["attributeOptionCombo"]) for one in theirs} == {
        ("phone.numerator", "202610", "380", "CONG_TY_VIEN_THONG"),
        ("phone.denominator", "202610", "400", "CONG_TY_VIEN_THONG"),
        ("phone.value", "2026Q3", "91.5", "CONG_AN_XA"),
    }
    document = etree.fromstring(written(with_others, "adx", tmp_path))
    etree.XMLSchema(etree.fromstring(ADX_RULES)).assertValid(document)
    heads = {(group.get("source"), group.get("period")) for group in document}
    assert {
        ("CONG_TY_VIEN_THONG", "2026-10-01/P1M"),
        ("CONG_AN_XA", "2026-07-01/P3M"),
        (None, "2026-11-01/P1M"),
    } == heads


def test_a_mapping_that_names_no_source_sends_nothing_of_others(with_others: Store, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (
        ("kind", "code", "part", "id"),
        ("org_unit", COMMUNES[0], "", "xa"),
        ("org_unit", COMMUNES[1], "", "xb"),
    ):
        book.worksheets[0].append(row)
    book.save(tmp_path / "exchange.xlsx")
    mapping = tmp_path / "exchange.xlsx"
    sent = json.loads(written(with_others, "dhis2", tmp_path, mapping_file=mapping))["dataValues"]
    assert sent
    assert not [one for one in sent if "attributeOptionCombo" in one]
    book.worksheets[0].append(("attribute_option_combo", "CONG_AN_XA", "", "police"))
    book.save(mapping)
    sent = json.loads(written(with_others, "dhis2", tmp_path, mapping_file=mapping))["dataValues"]
    assert {one["attributeOptionCombo"] for one in sent if "attributeOptionCombo" in one} == {"police"}


def test_the_mapping_beside_the_form_is_taken_up(province: Store, tmp_path: Path) -> None:
    kept = stored(folder=tmp_path)
    province.put_form(replace(kept, files={**kept.files, "exchange.csv": b"kind,code,part,id\norg_unit,05665,,here\n"}))
    sent = json.loads(written(province, "dhis2", tmp_path))["dataValues"]
    assert {one["orgUnit"] for one in sent} == {"here"}


def test_a_faulty_cell_of_a_workbook_is_named_by_row_and_column(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (("kind", "code", "part", "id"), ("period", "r1", "", "November")):
        book.worksheets[0].append(row)
    book.save(tmp_path / "exchange.xlsx")
    with pytest.raises(TableError) as caught:
        load_mapping(tmp_path / "exchange.xlsx")
    assert [(fault.row, fault.column) for fault in caught.value.faults] == [(2, "id")]


@pytest.mark.parametrize(
    ("period", "interval"),
    [("2026", "2026-01-01/P1Y"), ("202611", "2026-11-01/P1M"), ("2026Q4", "2026-10-01/P3M"),
     ("2026S2", "2026-07-01/P6M"), ("20261101", "2026-11-01/P1D")],
)  # fmt: skip
def test_periods_are_written_as_adx_does(period: str, interval: str) -> None:
    assert interval_of(period) == interval


@pytest.mark.parametrize("format", ["stata", "spss"])
def test_figures_as_labelled_tables(province: Store, tmp_path: Path, format: str) -> None:
    (path,) = write_exchange(province, format, tmp_path / format)
    table, meta = (pyreadstat.read_dta if format == "stata" else pyreadstat.read_sav)(
        str(path), apply_value_formats=True
    )
    homes = table[(table["indicator"] == "Số hộ") & (table["commune"] == f"Xã {COMMUNES[0]}")]
    assert list(homes["numerator"]) == [40.0]
    assert "submission_id" not in table.columns
    assert meta.column_names_to_labels["numerator"] == "Numerator"


def test_figures_for_r(province: Store, tmp_path: Path) -> None:
    (path,) = write_exchange(province, "r", tmp_path / "r")
    assert path.suffix == ".rds"
    assert path.stat().st_size > 100


def test_an_adx_file_without_a_figure_is_not_written(tmp_path: Path) -> None:
    with office(tmp_path, "P", stored(folder=tmp_path), "", PLACES) as empty:
        with pytest.raises(SurveyAppError) as refused:
            write_exchange(empty, "adx", tmp_path / "out.xml")
        assert refused.value.code == "REP-08"
        assert not (tmp_path / "out.xml").exists()
