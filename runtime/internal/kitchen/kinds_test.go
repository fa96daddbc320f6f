package kitchen

// The kinds, by family. The corpora of the fuzz targets name a kind by its place
// in the family, so new ones go to the end.
var (
	words = []kind{arg(taskEchoWords), arg(taskEchoNamed), arg(taskEchoString)}

	numbers = []kind{arg(taskEchoNumbers), arg(taskEchoNamedNumbers), arg(taskEchoBytes), arg(taskEchoSeries), arg(taskEchoInt)}

	structs = []kind{
		arg(taskEchoDiscreet), arg(taskEchoEmbedding), arg(taskEchoAnonymous), arg(taskEchoEmpty), arg(taskEchoMixed), arg(taskEchoFixed),
		arg(taskEchoUUIDs), arg(taskEchoArrays), arg(taskEchoPointers), arg(taskEchoPage),
		arg(taskMany), result(taskMany), arg(taskNone), arg(taskEchoPoint),
	}

	lists = []kind{arg(taskEchoSlices), arg(taskEchoHollows), arg(taskEchoLines), arg(taskVariadic), result(taskVariadic)}

	maps = []kind{arg(taskEchoMaps), arg(taskEchoKeys), arg(taskEchoIndex)}

	trees = []kind{arg(taskEchoList), arg(taskEchoNested), arg(taskEchoDirectory), arg(taskEchoGrove), arg(taskEchoTeam), arg(taskEchoFan), arg(taskEchoLocker)}

	generics = []kind{arg(taskEchoPair), arg(taskEchoNode), arg(taskEchoInstances)}

	foreign = []kind{arg(taskEchoForeign), arg(taskEchoOpen), arg(taskEchoTime), arg(taskEchoAppointment)}

	marshaled = []kind{
		arg(taskEchoBigInt), arg(taskEchoLinks), arg(taskEchoNets), arg(taskEchoAmounts), arg(taskEchoMethods), arg(taskEchoWides),
		arg(taskEchoCipher), arg(taskEchoDigest), arg(taskEchoCodes),
	}

	failures = []kind{arg(taskEchoError), arg(taskEchoFailure), arg(taskExplain), result(taskExplain)}

	unions = []kind{arg(taskEchoExpr), arg(taskEchoValues)}

	heavy = []kind{
		arg(taskEchoLedger), arg(taskEchoThin), arg(taskEchoInner), arg(taskEchoOuter), arg(taskEchoLeaks).whole(), arg(taskEchoDense),
	}

	sinks = []kind{arg(taskEchoSink).whole()}

	batches = []kind{
		batch(taskEchoInt), batch(taskEchoPoint), batch(taskEchoString), batch(taskEchoBytes), batch(taskEchoTime),
		batch(taskEchoEmpty), batch(taskNone), batch(taskMany), batch(taskVariadic), batch(taskExplain), batch(taskEchoFixed),
		batch(taskEchoSlices), batch(taskEchoMaps), batch(taskEchoTeam), batch(taskEchoNode), batch(taskEchoOpen), batch(taskEchoError),
		batch(taskEchoBigInt), batch(taskEchoCipher), batch(taskEchoDigest), batch(taskEchoWides), batch(taskEchoCodes),
		batch(taskEchoExpr), batch(taskEchoValues), batch(taskEchoLedger), batch(taskEchoInner), batch(taskEchoOuter),
		batch(taskEchoLeaks).whole(), batch(taskEchoDense), batch(taskEchoSink).whole(),
	}
)

// kinds are all of them.
func kinds() (all []kind) {
	for _, family := range [][]kind{words, numbers, structs, lists, maps, trees, generics, foreign, marshaled, failures, unions, heavy, sinks, batches} {
		all = append(all, family...)
	}
	return all
}
