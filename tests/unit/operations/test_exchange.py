"""Figures for other systems: each file follows its format, withheld figures stay here, sending twice is safe."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyreadstat
import pytest
from lxml import etree

from survey_app.indicators import TableError
from survey_app.operations.exchange import write_exchange
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
    values = message["dataValues"]
    assert values
    for one in values:
        assert set(one) <= {"dataElement", "period", "orgUnit", "categoryOptionCombo", "value"}
        assert re.fullmatch(r"-?\d+(\.\d+)?", one["value"])
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
