"""Tables in the forms in which people have them, made up, with what is right for each.

What is right: the columns' names and the first row's values, and the delimiter of a text.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Form:
    """A file and the table in it.

    Attributes:
        text: The file.
        names: Of the columns.
        first: The first row of data; dates as `2024-01-31`.
        rows: Number of rows.
        delimiter: Between the cells; None for what is no delimited text.
        encoding: Of the file.
    """

    text: str
    names: list[str]
    first: list[Any]
    rows: int
    delimiter: str | None = ","
    encoding: str = "utf-8"


def lines(*texts: str, end: str = "\n") -> str:
    return end.join(texts) + end


def counted(pattern: str, count: int = 8, end: str = "\n") -> str:
    """Lines of a pattern in which `{i}` counts from 1, and others follow from it."""
    values = range(1, count + 1)
    return "".join(
        pattern.format(
            i=i, j=3 * i + 1, f=0.25 * i * i + 0.37, g=17.31 - 1.7 * i, w="abcdefgh"[i % 8]
        )
        + end
        for i in values
    )


FORMS: dict[str, Form] = {
    "Excel in German, with a title": Form(
        lines("Messreihe 3;;", ";;", "Zeit;Kraft;Weg") + counted("{i};{j},50;1.00{i},2"),
        ["Zeit", "Kraft", "Weg"],
        [1, 4.5, 1001.2],
        8,
        ";",
        "cp1252",
    ),
    "title padded with commas": Form(
        lines("Quarterly report,,", "Prepared,2024-05-01,", ",,", "area,rooms,price")
        + counted("{j},{i},{f:.2f}"),
        ["area", "rooms", "price"],
        [4, 1, 0.62],
        8,
    ),
    "names, then units": Form(
        lines("time,voltage,current", "s,V,mA") + counted("{i},{f:.3f},{g:.2f}"),
        ["time", "voltage", "current"],
        [1, 0.62, 15.61],
        8,
    ),
    "np.savetxt with a header": Form(
        lines("# x y z") + counted("{i:.6e} {f:.6e} {g:.6e}"),
        ["x", "y", "z"],
        [1, 0.62, 15.61],
        8,
        " ",
    ),
    "comments at both ends": Form(
        lines("# logger 7, firmware 2.1", "# site: north", "t,v")
        + counted("{i},{f:.2f}")
        + "# end of file\n",
        ["t", "v"],
        [1, 0.62],
        8,
    ),
    "comments between the rows": Form(
        lines("# run 1", "t,v")
        + counted("{i},{f:.2f}", 4)
        + "# paused, 10 min\n"
        + "9,3.5\n10,4.5\n",
        ["t", "v"],
        [1, 0.62],
        6,
    ),
    "per cent signs, as TeX and Matlab": Form(
        lines("% exported by Matlab", "% x\ty") + counted("{i}\t{f:.4f}"),
        ["x", "y"],
        [1, 0.62],
        8,
        "\t",
    ),
    "ARFF": Form(
        lines(
            "% Weka",
            "@relation houses",
            "@attribute size numeric",
            "@attribute 'number of rooms' numeric",
            "@attribute kind {flat, house}",
            "@attribute price real",
            "@data",
        )
        + counted("{j},{i},flat,{f:.2f}"),
        ["size", "number of rooms", "kind", "price"],
        [4, 1, "flat", 0.62],
        8,
    ),
    "years as names": Form(
        lines("country,2019,2020,2021") + counted("land {w},{i}50,{i}60,{i}71"),
        ["country", "2019", "2020", "2021"],
        ["land b", 150, 160, 171],
        8,
    ),
    "doses as names": Form(
        lines("0,0.5,10,50,100") + counted("{f:.3f},{g:.3f},{f:.2f}1,{g:.2f}3,{f:.3f}"),
        ["0", "0.5", "10", "50", "100"],
        [0.62, 15.61, 0.621, 15.613, 0.62],
        8,
    ),
    "labels and a target": Form(
        lines("0,1,2,target") + counted("{f:.3f},{g:.3f},{f:.2f}1,{i}"),
        ["0", "1", "2", "target"],
        [0.62, 15.61, 0.621, 1],
        8,
    ),
    "no header, whole numbers": Form(
        counted("{i},{j},{i}7"), ["column 1", "column 2", "column 3"], [1, 4, 17], 8
    ),
    "no header, from zero": Form(
        "0,1\n0.1,1.2\n0.2,1.4\n0.3,1.6\n0.4,1.8\n1,3\n", ["column 1", "column 2"], [0, 1], 6
    ),
    "pandas, filtered": Form(
        lines(",x,y", "0,1.5,2", "3,2.5,4", "4,3.5,7", "9,4.5,8"),
        ["index", "x", "y"],
        [0, 1.5, 2],
        4,
    ),
    "pandas, two levels of names": Form(
        lines(",a,a,b", ",mean,std,mean") + counted("{i},{f:.2f},{g:.2f},{j}"),
        ["index", "a mean", "a std", "b mean"],
        [1, 0.62, 15.61, 4],
        8,
    ),
    "R, write.table": Form(
        lines('"dist" "speed"') + counted('"{i}" {j} {f:.2f}'),
        ["index", "dist", "speed"],
        [1, 4, 0.62],
        8,
        " ",
    ),
    "R, row names that are names": Form(
        lines('"mpg","wt"', '"Mazda RX4",21,2.62', '"Datsun 710",22.8,2.32', '"Valiant",18.1,3.46'),
        ["column 1", "mpg", "wt"],
        ["Mazda RX4", 21, 2.62],
        3,
    ),
    "printed data frame with words": Form(
        lines(
            "             city  area   price",
            "0        New York   120  310.50",
            "1   San Francisco    80  290.00",
            "2          Boston    95     NaN",
            "..            ...   ...     ...",
            "6            Reno    50   80.00",
            "7           Fargo    40   70.25",
            "",
            "[9 rows x 3 columns]",
        ),
        ["index", "city", "area", "price"],
        [0, "New York", 120, 310.5],
        5,
        " ",
    ),
    "printed data frame with the index' name": Form(
        lines("     x    y", "id          ", "1   10  2.5", "2   20  4.5", "3   30  7.5"),
        ["index", "x", "y"],
        [1, 10, 2.5],
        3,
        " ",
    ),
    "aligned with tabs and spaces": Form(
        lines("  time\t  speed   name") + counted("  {i}   \t {f:.2f}    row{i}"),
        ["time", "speed", "name"],
        [1, 0.62, "row1"],
        8,
        " ",
    ),
    "Markdown": Form(
        lines("| x | y |", "|---|:-:|") + counted("| {i} | {f:.2f} |"),
        ["x", "y"],
        [1, 0.62],
        8,
        "|",
    ),
    "psql": Form(
        lines(" id | name | score ", "----+------+-------")
        + counted("  {i} | {w}    |  {f:.2f}")
        + "(8 rows)\n",
        ["id", "name", "score"],
        [1, "b", 0.62],
        8,
        "|",
    ),
    "MySQL": Form(
        lines("+----+-------+", "| id | score |", "+----+-------+")
        + counted("|  {i} |  {f:.2f} |")
        + "+----+-------+\n8 rows in set (0.00 sec)\n",
        ["id", "score"],
        [1, 0.62],
        8,
        "|",
    ),
    "sep=, written by a spreadsheet": Form(
        lines("sep=\t", "a\tb", end="\r\n") + counted("{i}\t{f:.2f}", end="\r\n"),
        ["a", "b"],
        [1, 0.62],
        8,
        "\t",
    ),
    "prices in dollars, with groups": Form(
        lines("item,price") + counted('thing {w},"$1,{i}00.50"'),
        ["item", "price"],
        ["thing b", 1100.5],
        8,
    ),
    "currency before the number": Form(
        lines("item;price") + counted("thing {w};EUR {i}00,50"),
        ["item", "price"],
        ["thing b", 100.5],
        8,
        ";",
    ),
    "thousands and millions": Form(
        lines("player,value", "A,€110.5M", "B,€565K", "C,€77M", "D,€900K"),
        ["player", "value"],
        ["A", 110.5e6],
        4,
    ),
    "units with decimal commas": Form(
        lines("Name;Gewicht") + counted("Kiste {w};{i},5 kg"),
        ["Name", "Gewicht"],
        ["Kiste b", 1.5],
        8,
        ";",
    ),
    "minus behind the number": Form(
        lines("konto\tbetrag", "1\t100,50-", "2\t20,00", "3\t7,25-", "4\t3,10"),
        ["konto", "betrag"],
        [1, -100.5],
        4,
        "\t",
    ),
    "total with a mean below": Form(
        lines("city,area,price", "a,10,100", "b,20,140", "c,30,180", "Total,60,420", "Mean,20,140"),
        ["city", "area", "price"],
        ["a", 10, 100],
        3,
    ),
    "total in a column of years": Form(
        lines(
            "year,income,tax", "2019,10,1", "2020,20,2", "2021,30,3", "2022,40,5", "Total,100,11"
        ),
        ["year", "income", "tax"],
        [2019, 10, 1],
        4,
    ),
    "total without a name": Form(
        lines("city,area,price", "a,10,100", "b,20,140", "c,30,180", "d,35,190", ",95,610"),
        ["city", "area", "price"],
        ["a", 10, 100],
        4,
    ),
    "called total, but none": Form(
        lines("shop,area,price", "Small,10,100", "Large,30,180", "Total,20,140"),
        ["shop", "area", "price"],
        ["Small", 10, 100],
        3,
    ),
    "several notes below": Form(
        lines("city,area,price")
        + counted("town {w},{j},{i}")
        + "\nSource: register, 2020\n* estimated\n",
        ["city", "area", "price"],
        ["town b", 4, 1],
        8,
    ),
    "half days": Form(
        lines(
            "when,load", "7/2/2011 5:17:21 PM,1", "7/2/2011 6:17:21 PM,2", "7/13/2011 12:00:00 AM,3"
        ),
        ["when", "load"],
        ["2011-07-02", 1],
        3,
    ),
    "weekday and month in words": Form(
        lines("when,load", '"Mon, 2 Jan 2023",1', '"Tue, 3 Jan 2023",2', '"Wed, 4 Jan 2023",3'),
        ["when", "load"],
        ["2023-01-02", 1],
        3,
    ),
    "ISO with fraction and offset": Form(
        lines("when;load", "2024-01-31T10:00:00.250+01:00;1", "2024-07-31T10:00:00.500+02:00;2"),
        ["when", "load"],
        ["2024-01-31", 1],
        2,
        ";",
    ),
    "a text with commas in it": Form(
        lines("id;remark;score") + counted("{i};well, so, so{w};{f:.2f}"),
        ["id", "remark", "score"],
        [1, "well, so, sob", 0.62],
        8,
        ";",
    ),
    "an empty column name at the end": Form(
        lines("a,b,") + counted("{i},{f:.2f},"), ["a", "b"], [1, 0.62], 8
    ),
    "carriage returns only, with a title": Form(
        lines("Old Mac", "a\tb", end="\r") + counted("{i}\t{f:.2f}", end="\r"),
        ["a", "b"],
        [1, 0.62],
        8,
        "\t",
    ),
    "station data, names and values above": Form(
        lines("Station,ABC", "Elevation,120", "date,temp,rain")
        + counted("2020-01-0{i},{f:.1f},{j}"),
        ["date", "temp", "rain"],
        ["2020-01-01", 0.6, 4],
        8,
    ),
    "World Bank": Form(
        lines(
            '"Data Source","World Development Indicators",',
            "",
            '"Last Updated Date","2024-01-01",',
            "",
            '"Country Name","Country Code","1960","1961",',
        )
        + counted('"Land {w}","L{i}","{f:.2f}","{g:.2f}",'),
        ["Country Name", "Country Code", "1960", "1961"],
        ["Land b", "L1", 0.62, 15.61],
        8,
    ),
    "fixed places, words with spaces": Form(
        lines(
            "Name         Age  Score",
            "John Smith    20   50.5",
            "Ann           30   60.5",
            "Bob Van Loo   25   55.5",
            "Al            41   33.0",
        ),
        ["Name", "Age", "Score"],
        ["John Smith", 20, 50.5],
        4,
        " ",
    ),
    "names and units, by spaces": Form(
        lines(
            "Time  Voltage   Current", "(s)   (V)       (mA)", "0     1.0       2.0", "1   1.1  2.2"
        ),
        ["Time", "Voltage", "Current"],
        [0, 1, 2],
        2,
        " ",
    ),
    "files put together": Form(lines("a,b", "1,2", "3,4", "a,b", "5,6"), ["a", "b"], [1, 2], 3),
    "one unit, spelt in two ways": Form(
        lines("a,b", "5 Kg,1", "6 kg,2", "7 kg,3"), ["a", "b"], [5, 1], 3
    ),
    "whole numbers in a row": Form(
        lines("1,2,3,4", "2,4,6,8", "3,6,9,12"),
        [f"column {j}" for j in range(1, 5)],
        [1, 2, 3, 4],
        3,
    ),
    "note padded by a spreadsheet": Form(
        lines("a,b,c", "1,2,3", "4,5,6", "7,8,9", "* estimated,,"), ["a", "b", "c"], [1, 2, 3], 3
    ),
    "digits grouped by twos, as in India": Form(
        lines("city,price", 'A,"12,50,000"', 'B,"1,05,00,000"', 'C,"8,75,000.50"'),
        ["city", "price"],
        ["A", 1250000],
        3,
    ),
    "below zero in parentheses": Form(
        lines("account,amount", 'a,"(1,200.00)"', "b,300.00", "c,(5.50)", 'd,"1,000.00"'),
        ["account", "amount"],
        ["a", -1200],
        4,
    ),
    "below what can be measured": Form(
        lines("site,lead", "b,1.2", "a,<0.5", "c,<0.5", "d,3.4", "e,2.2"),
        ["site", "lead"],
        ["b", 1.2],
        5,
    ),
    "about so much": Form(
        lines("name,price", "a,~100", "b,approx. 200", "c,300", "d,400", "e,500"),
        ["name", "price"],
        ["a", 100],
        5,
    ),
    "with its spread": Form(
        lines("dose,response", "10,5.2 ± 0.3", "20,6.1 ± 0.2", "30,7.4 +/- 0.5"),
        ["dose", "response"],
        [10, 5.2],
        3,
    ),
    "thousands beside plain numbers": Form(
        lines("channel,viewers", "a,1.2k", "b,850", "c,3.4k", "d,2k"),
        ["channel", "viewers"],
        ["a", 1200],
        4,
    ),
    "one year, several years": Form(
        lines("age,price", "1 year,9", "2 years,8", "5 years,5", "7 years,3"),
        ["age", "price"],
        [1, 9],
        4,
    ),
    "empty rows below": Form(
        lines("a,b,,", "1,2,,", "3,4,,", "5,6,,") + ",,,\n" * 5000, ["a", "b"], [1, 2], 3
    ),
    "grouped digits as text in JSON": Form(
        '[{"x": "1,250", "y": 2}, {"x": "3,500", "y": 4}, {"x": "980", "y": 9}]',
        ["x", "y"],
        [1250, 2],
        3,
        None,
    ),
    "names in a comment, units in the next": Form(
        lines("#YY  MM WDIR WSPD GST", "#yr  mo degT m/s  m/s")
        + counted("2024 0{i} 12{i}  {f:.1f}  {j}.5")
        + "2024 09 MM   5.1  6.2\n",
        ["YY", "MM", "WDIR", "WSPD", "GST"],
        [2024, 1, 121, 0.6, 4.5],
        9,
        " ",
    ),
    "settings of an oscilloscope": Form(
        lines("LECROYWS434,12345,Waveform", "Segments,1,SegmentSize,8", "#1,21-Mar-2020 09:37,0")
        + lines("Time,Ampl")
        + counted("{i}e-06,{f:.4f}"),
        ["Time", "Ampl"],
        [1e-06, 0.62],
        8,
    ),
    "data logger with units and functions": Form(
        lines('"TOA5","north","CR1000","1234","CR1000.Std.32"', '"TIMESTAMP","RECORD","RH"')
        + lines('"TS","RN","%"', '"","","Smp"')
        + counted('"2024-01-0{i} 00:00:00",{i},{g:.2f}'),
        ["TIMESTAMP", "RECORD", "RH"],
        ["2024-01-01", 1, 15.61],
        8,
    ),
    "comments of several lengths, by spaces": Form(
        lines("# USE OF NOAA DATA", "#", "# These data are made freely available.")
        + lines("#            decimal       monthly    #days", "#             date         average")
        + counted("1958   {i}    1958.{i}027      315.{i}1     -1   -9.99   -0.99"),
        [f"column {j}" for j in range(1, 8)],
        [1958, 1, 1958.1027, 315.11, -1, -9.99, -0.99],
        8,
        " ",
    ),
    "rows of two lines, below a text": Form(
        lines(
            " The Boston house-price data of Harrison, D. and Rubinfeld, D.L.",
            "",
            " Variables in order:",
        )
        + lines(" CRIM     per capita crime rate by town", " ZN       proportion of land", "")
        + counted(" 0.0{i}632  18.00   2.310  0  0.5380  6.5750\n  396.90   4.98  2{i}.00"),
        [f"column {j}" for j in range(1, 10)],
        [0.01632, 18, 2.31, 0, 0.538, 6.575, 396.9, 4.98, 21],
        8,
        " ",
    ),
    "printed data frame in parts": Form(
        lines("     a    b  \\")
        + counted("{i}  {f:.2f}  {j}")
        + lines("", "     y")
        + counted("{i}  {g:.2f}"),
        ["index", "a", "b", "y"],
        [1, 0.62, 4, 15.61],
        8,
        " ",
    ),
    "printed data frame without some columns": Form(
        lines("      a    b  ...   y") + counted("{i}     {j}  2.5  ...   {f:.2f}"),
        ["index", "a", "b", "y"],
        [1, 4, 2.5, 0.62],
        8,
        " ",
    ),
    "narrow spaces between digits": Form(
        lines("Ville;Prix;Part") + counted("Ville {w};1\u202f{i}34,50\u00a0€;{i},5\u00a0%"),
        ["Ville", "Prix", "Part"],
        ["Ville b", 1134.5, 1.5],
        8,
        ";",
    ),
    "typographic apostrophes between digits": Form(
        lines("Ort;Lohn") + counted("Ort {w};1’{i}34.50"),
        ["Ort", "Lohn"],
        ["Ort b", 1134.5],
        8,
        ";",
    ),
    "exponents of Fortran": Form(
        counted("  0.{i}538D-06   {f:.3f}D+00   4.500000+{i}"),
        ["column 1", "column 2", "column 3"],
        [0.1538e-06, 0.62, 45],
        8,
        " ",
    ),
    "powers of ten": Form(lines("n,x") + counted("{i},{f:.2f}×10^3"), ["n", "x"], [1, 620], 8),
    "lakhs and crores": Form(
        lines("area,price", "400,₹45 L", "990,₹1.2 Cr", "800,₹1.5 Cr", "500,₹80 L"),
        ["area", "price"],
        [400, 4.5e6],
        4,
    ),
    "dashes for a minus": Form(lines("x,y") + counted("{i},–{f:.2f}"), ["x", "y"], [1, -0.62], 8),
    "digits of other scripts": Form(
        lines("x,y,z", "١,२.५,３．５", "٢,३.५,４", "٣,४.५,－５"), ["x", "y", "z"], [1, 2.5, 3.5], 3
    ),
    "single quotes": Form(
        lines("'x','y','name'") + counted("'{i}','{f:.2f}','n, {w}'"),
        ["x", "y", "name"],
        [1, 0.62, "n, b"],
        8,
    ),
    "each cell a formula of a text": Form(
        lines('="x",="y"') + counted('="{i}","=""{f:.2f}"""'), ["x", "y"], [1, 0.62], 8
    ),
    "each line in quotes": Form(
        lines('"a,b"') + counted('"{i},""{f:.2f}"""'), ["a", "b"], [1, 0.62], 8
    ),
    "byte order marks in the middle": Form(
        lines("a,b", "1,2", "3,4", "\ufeffa,b", "5,6"), ["a", "b"], [1, 2], 3
    ),
    "no header, commas at the end": Form(
        counted("{i},{f:.2f},"), ["column 1", "column 2"], [1, 0.62], 8
    ),
    "another table below": Form(
        lines("a,b,c") + counted("{i},{f:.2f},{j}") + "\nSummary\nname,value\nmean,3.5\nmax,9\n",
        ["a", "b", "c"],
        [1, 0.62, 4],
        8,
    ),
    "gaps between the rows of one table": Form(
        lines("name,a,b", "x,1,2", "", "Group B,,", "y,3,4", "", "z,5,6"),
        ["name", "a", "b"],
        ["x", 1, 2],
        4,
    ),
    "intervals and errors behind numbers": Form(
        lines("land;life;effect;size")
        + counted("Land {w};7{i}.1 [6{i}.5-7{i}.8];{f:.2f} (0.12–0.95);{j} (0.5)"),
        ["land", "life", "effect", "size"],
        ["Land b", 71.1, 0.62, 4],
        8,
        ";",
    ),
    "footnotes and stars, of a web page": Form(
        lines("City\tPopulation\tbeta") + counted("Town {w}\t1,{i}34[a][12]\t{f:.2f}**"),
        ["City", "Population", "beta"],
        ["Town b", 1134, 0.62],
        8,
        "\t",
    ),
    "marks that are not seen": Form(
        lines("x;y;z") + counted("\u200b1\u2009{i}34;\u200e{f:.2f}\u200b;'{j}"),
        ["x", "y", "z"],
        [1134, 0.62, 4],
        8,
        ";",
    ),
    "quotation marks behind a backslash": Form(
        lines("name,x") + counted('"the \\"{w}\\" one, say",{i}'),
        ["name", "x"],
        ['the "b" one, say', 1],
        8,
    ),
    "two colons between cells": Form(
        counted("{i}::119{i}::{j}::97830076{i}"),
        [f"column {j}" for j in range(1, 5)],
        [1, 1191, 4, 978300761],
        8,
        ":",
    ),
    "time zone of an online form": Form(
        lines("Timestamp,hours") + counted("2024/01/0{i} 10:05:12 AM GMT+1,{i}"),
        ["Timestamp", "hours"],
        ["2024-01-01", 1],
        8,
    ),
    "names that look like exponents": Form(
        lines("id,x") + counted("{i}D-{j},{f:.2f}"), ["id", "x"], ["1D-4", 0.62], 8
    ),
    "blank lines within a cell": Form(
        lines("a,b,note") + counted('{i},{f:.2f},"see\n\nSummary\nname,value\nmean,3"'),
        ["a", "b", "note"],
        [1, 0.62, "see\n\nSummary\nname,value\nmean,3"],
        8,
    ),
}
