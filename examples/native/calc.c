//go:build cgo

// The faults of this library are meant, and marked: it stands for one that nobody can
// mend, or has read.

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calc.h"

enum { TRACE = 256 << 10 };

struct name {
	char text[32];
	double value;
	struct name *next;
};

struct calc {
	char word[32]; // the name that is being read
	struct name *names;
	const char *rest; // of the text
	int depth;        // of parentheses
	int wrong;        // the text is no expression
	char *trace;      // a copy of the text, for who has a debugger
};

static char answer[32];

static double sum(calc *c);

static struct name *find(calc *c) {
	struct name *n = c->names;
	while (n != NULL && strcmp(n->text, c->word) != 0)
		n = n->next;
	return n;
}

static char next(calc *c) {
	while (*c->rest == ' ')
		c->rest++;
	return *c->rest;
}

static int skip(calc *c, char want) {
	if (next(c) != want)
		return 0;
	c->rest++;
	return 1;
}

static double number(calc *c) {
	char *end;
	double v = strtod(c->rest, &end);
	c->rest = end;
	return v;
}

static double name(calc *c) {
	int n = 0;
	while (isalnum((unsigned char)*c->rest))
		c->word[n++] = *c->rest++; // FAULT: a long name is written over what follows it
	c->word[n] = 0;
	return find(c)->value; // FAULT: there may be none
}

static double factor(calc *c) {
	double v;
	if (isdigit((unsigned char)next(c)))
		return number(c);
	if (isalpha((unsigned char)next(c)))
		return name(c);
	if (skip(c, '-'))
		return -factor(c);
	if (!skip(c, '(')) {
		c->wrong = 1;
		return 0;
	}
	assert(++c->depth < 20); // FAULT: that is for the caller to know
	v = sum(c);
	c->depth--;
	if (!skip(c, ')'))
		c->wrong = 1;
	return v;
}

static double product(calc *c) {
	double v = factor(c);
	for (;;) {
		if (skip(c, '*'))
			v *= factor(c);
		else if (skip(c, '/'))
			v /= factor(c);
		else
			return v;
	}
}

static double sum(calc *c) {
	double v = product(c);
	for (;;) {
		if (skip(c, '+'))
			v += product(c);
		else if (skip(c, '-'))
			v -= product(c);
		else
			return v;
	}
}

const char *calc_eval(calc *c, const char *text) {
	double v;
	c->trace = malloc(TRACE); // FAULT: nobody frees the one before
	if (c->trace == NULL)
		abort();
	memset(c->trace, '.', TRACE);
	strncpy(c->trace, text, TRACE);
	c->rest = text;
	c->depth = c->wrong = 0;
	v = sum(c);
	if (c->wrong || next(c) != 0)
		return NULL;
	snprintf(answer, sizeof answer, "%.10g", v); // FAULT: one buffer for all calculators
	return answer;
}

calc *calc_open(const char *names) {
	calc *c = calloc(1, sizeof *c);
	struct name n;
	int length;
	while (c != NULL && sscanf(names, " %31[a-z]=%lf%n", n.text, &n.value, &length) == 2) {
		struct name *copy = malloc(sizeof *copy);
		if (copy == NULL)
			abort();
		*copy = n;
		copy->next = c->names;
		c->names = copy;
		names += length;
	}
	if (*names != 0) {
		calc_close(c);
		return NULL;
	}
	return c;
}

void calc_close(calc *c) {
	if (c == NULL)
		return;
	while (c->names != NULL) {
		struct name *n = c->names;
		c->names = n->next;
		free(n);
	}
	free(c);
}
