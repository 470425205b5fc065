/* SPDX-License-Identifier: MIT */
/* Tables, questions and answers: cells with their columns, who asks and who answers. */
#include "document_fixture.h"

static const struct row rows[] = {
    {"a row alone in its frame of pipes is a row",
     "They differ.\n"
     "\n"
     "| Drug | Onset | Effect |\n",
     "paragraph: sentence \"They differ.\"\n"
     "row 0 of table 0: cell 0 \"Drug\"; cell 1 \"Onset\"; cell 2 \"Effect\"\n"},
    {"a row behind an empty line goes on with the table",
     "| a | b |\n"
     "|---|---|\n"
     "| x | y |\n"
     "\n"
     "| c | d |\n",
     "row 0 of table 0, header: cell 0 \"a\"; cell 1 \"b\"\n"
     "row 1 of table 0: cell 0 \"x\"; cell 1 \"y\"\n"
     "row 2 of table 0: cell 0 \"c\"; cell 1 \"d\"\n"},
    {"a rule row names the columns and is no row",
     "| Drug | Onset | Lasts |\n"
     "|------|:-----:|------:|\n"
     "| SSRIs | 4 weeks | long |\n",
     "row 0 of table 0, header: cell 0 \"Drug\"; cell 1 \"Onset\"; cell 2 \"Lasts\"\n"
     "row 1 of table 0: cell 0 \"SSRIs\"; cell 1 \"4 weeks\"; cell 2 \"long\"\n"},
    {"an empty cell keeps the others in their columns",
     "| Drug | Onset | Lasts |\n"
     "|---|---|---|\n"
     "| SSRIs | | long |\n"
     "| | hours | |\n",
     "row 0 of table 0, header: cell 0 \"Drug\"; cell 1 \"Onset\"; cell 2 \"Lasts\"\n"
     "row 1 of table 0: cell 0 \"SSRIs\"; cell 2 \"long\"\n"
     "row 2 of table 0: cell 1 \"hours\"\n"},
    {"a table needs no outer pipes",
     "Drug | Onset\n"
     "SSRIs | slow\n"
     "Ketamine | fast\n",
     "row 0 of table 0, header: cell 0 \"Drug\"; cell 1 \"Onset\"\n"
     "row 1 of table 0: cell 0 \"SSRIs\"; cell 1 \"slow\"\n"
     "row 2 of table 0: cell 0 \"Ketamine\"; cell 1 \"fast\"\n"},
    {"a table without outer pipes may have a rule",
     "Drug | Onset\n"
     "--- | ---\n"
     "SSRIs | 4 weeks\n",
     "row 0 of table 0, header: cell 0 \"Drug\"; cell 1 \"Onset\"\n"
     "row 1 of table 0: cell 0 \"SSRIs\"; cell 1 \"4 weeks\"\n"},
    {"tabs separate cells, two in a row leave one empty",
     "Drug\tOnset\tLasts\n"
     "SSRIs\t\tmonths\n"
     "Ketamine\thours\tdays\n",
     "row 0 of table 0, header: cell 0 \"Drug\"; cell 1 \"Onset\"; cell 2 \"Lasts\"\n"
     "row 1 of table 0: cell 0 \"SSRIs\"; cell 2 \"months\"\n"
     "row 2 of table 0: cell 0 \"Ketamine\"; cell 1 \"hours\"; cell 2 \"days\"\n"},
    {"a first row with figures names no columns",
     "| 4 | 5 |\n"
     "| 6 | 7 |\n",
     "row 0 of table 0: cell 0 \"4\"; cell 1 \"5\"\n"
     "row 1 of table 0: cell 0 \"6\"; cell 1 \"7\"\n"},
    {"a first row that states something names no columns",
     "| Drugs help. | Often |\n"
     "| They do. | Rarely |\n",
     "row 0 of table 0: cell 0 \"Drugs help.\"; cell 1 \"Often\"\n"
     "row 1 of table 0: cell 0 \"They do.\"; cell 1 \"Rarely\"\n"},
    {"a first row of words names the columns without a rule",
     "| Drug | Onset |\n"
     "| SSRIs | weeks |\n",
     "row 0 of table 0, header: cell 0 \"Drug\"; cell 1 \"Onset\"\n"
     "row 1 of table 0: cell 0 \"SSRIs\"; cell 1 \"weeks\"\n"},
    {"an empty first header leaves the others in their columns",
     "| | Onset | Lasts |\n"
     "|---|---|---|\n"
     "| SSRIs | weeks | long |\n",
     "row 0 of table 0, header: cell 1 \"Onset\"; cell 2 \"Lasts\"\n"
     "row 1 of table 0: cell 0 \"SSRIs\"; cell 1 \"weeks\"; cell 2 \"long\"\n"},
    {"a sentence with one pipe is no table",
     "This or that | one pipe in prose.\n"
     "\n"
     "Another paragraph.\n",
     "paragraph: sentence \"This or that | one pipe in prose.\"\n"
     "paragraph: sentence \"Another paragraph.\"\n"},
    {"two tables are told apart",
     "Table one:\n"
     "| A | B |\n"
     "|---|---|\n"
     "| c | d |\n"
     "\n"
     "Between.\n"
     "\n"
     "| E | F |\n"
     "|---|---|\n"
     "| g | h |\n",
     "heading: title \"Table one:\"\n"
     "row 0 of table 0, header: cell 0 \"A\"; cell 1 \"B\"\n"
     "row 1 of table 0: cell 0 \"c\"; cell 1 \"d\"\n"
     "paragraph: sentence \"Between.\"\n"
     "row 0 of table 1, header: cell 0 \"E\"; cell 1 \"F\"\n"
     "row 1 of table 1: cell 0 \"g\"; cell 1 \"h\"\n"},
    {"lines with pipes of another number are no rows of a table",
     "One | two are here.\n"
     "One | two | three are here.\n",
     "paragraph: sentence \"One | two are here.\"\n"
     "paragraph: sentence \"One | two | three are here.\"\n"},
    {"the first row of a table may be the first unit of the text",
     "|  | 4 weeks | x |\n"
     "| a | b | c |\n",
     "row 0 of table 0: cell 1 \"4 weeks\"; cell 2 \"x\"\n"
     "row 1 of table 0: cell 0 \"a\"; cell 1 \"b\"; cell 2 \"c\"\n"},
    {"bullets in a table's rows are text of their cells",
     "- a | b\n"
     "- c | d\n",
     "row 0 of table 0, header: cell 0 \"- a\"; cell 1 \"b\"\n"
     "row 1 of table 0: cell 0 \"- c\"; cell 1 \"d\"\n"},
    {"Q: asks and A: answers",
     "Q: Is it safe?\n"
     "A: Mostly. It is watched.\n"
     "\n"
     "Q: How soon?\n"
     "A: Hours.\n",
     "question: question \"Is it safe?\"\n"
     "answer: sentence \"Mostly.\"; sentence \"It is watched.\"\n"
     "question: question \"How soon?\"\n"
     "answer: sentence \"Hours.\"\n"},
    {"words for question and answer are marker units",
     "Question 3: Is it safe?\n"
     "Answer: Mostly.\n",
     "question: marker \"Question 3:\"; question \"Is it safe?\"\n"
     "answer: marker \"Answer:\"; sentence \"Mostly.\"\n"},
    {"Q1. asks and A1. answers",
     "Q1. Is it safe?\n"
     "A1. Mostly.\n",
     "question: question \"Is it safe?\"\n"
     "answer: sentence \"Mostly.\"\n"},
    {"Q without a mark asks nothing",
     "Q is a letter.\n"
     "A friend came.\n",
     "paragraph: sentence \"Q is a letter.\"\n"
     "paragraph: sentence \"A friend came.\"\n"},
    {"a question over several lines is joined",
     "Q: Is it\n"
     "really safe?\n"
     "A: Yes,\n"
     "it is.\n",
     "question: question \"Is it\n"
     "really safe?\"\n"
     "answer: sentence \"Yes,\n"
     "it is.\"\n"},
    {"an answer may follow without a marker",
     "Question: Why?\n"
     "Because.\n",
     "question: marker \"Question:\"; question \"Why?\"\n"
     "paragraph: sentence \"Because.\"\n"},
    {"a numbered question above text asks",
     "1. Is it safe?\n"
     "Mostly. It is watched.\n"
     "2. How soon?\n"
     "Hours.\n",
     "question, numbered: question \"Is it safe?\"\n"
     "paragraph: sentence \"Mostly.\"; sentence \"It is watched.\"\n"
     "question, numbered: question \"How soon?\"\n"
     "paragraph: sentence \"Hours.\"\n"},
    {"a numbered question above a list asks",
     "1) Is it safe?\n"
     "\n"
     "- Yes\n"
     "- No\n",
     "question, numbered: question \"Is it safe?\"\n"
     "item of list 0, level 0: item \"Yes\"\n"
     "item of list 0, level 0: item \"No\"\n"},
    {"numbered questions without answers are a list",
     "1. Is it safe?\n"
     "2. How soon?\n",
     "item of list 0, level 0, numbered: item \"Is it safe?\"\n"
     "item of list 0, level 0, numbered: item \"How soon?\"\n"},
};

int main(void)
{
    RUN_ROWS(rows);
}
